package outbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAnAccountsStateSurvivesARestart(t *testing.T) {
	o := openNew(t)
	if got, err := o.AccountState("masto"); err != nil || got != (AccountState{}) {
		t.Errorf("before any: %+v, %v", got, err)
	}
	want := AccountState{Stopped: true, Reason: "401", Since: t0, Until: t0.Add(time.Hour), Login: "f00", Paused: true}
	for account, s := range map[string]AccountState{"masto": want, "masto2": {Paused: true}} {
		if err := o.SetAccountState(account, s); err != nil {
			t.Fatal(err)
		}
	}
	mustVerify(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	o = mustOpen(t, o.Path())
	got, err := o.AccountState("masto")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
	if err := o.SetAccountState("masto", AccountState{}); err != nil {
		t.Fatal(err)
	}
	if got, err := o.AccountState("masto"); err != nil || got != (AccountState{}) {
		t.Errorf("set back: %+v, %v", got, err)
	}
	if err := o.SetAccountState("a b", want); err == nil || !strings.Contains(err.Error(), `"a b"`) {
		t.Errorf("a bad name: %v", err)
	}
}

func TestAccountsAreAllThatEverHadADelivery(t *testing.T) {
	o := openNew(t)
	if got, err := o.Accounts(); err != nil || len(got) != 0 {
		t.Errorf("in an empty store: %v, %v", got, err)
	}
	mustEnqueue(t, o, fresh(1, "x", "masto"), fresh(2, "masto2"))
	if err := o.SetAccountState("nobody", AccountState{}); err != nil {
		t.Fatal(err)
	}
	got, err := o.Accounts()
	if diff := cmp.Diff([]string{"masto", "masto2", "x"}, got); err != nil || diff != "" {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}

func TestOpenCreatesNothingWhereAStoreMustExist(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "outbox.db")
	_, err := Open(path, Options{MustExist: true})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want %v", err, fs.ErrNotExist)
	}
	if there, err := os.ReadDir(dir); err != nil || len(there) > 0 {
		t.Errorf("left %v, %v", there, err)
	}
	if err := mustOpen(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	o, err := Open(path, Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}
