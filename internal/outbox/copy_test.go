package outbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// postForEver enqueues, claims and settles until stop is closed.
func postForEver(t *testing.T, o *Outbox, account string, stop <-chan struct{}) (posts int) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return posts
		default:
		}
		in := fresh(i, account)
		in.Again = true
		if _, err := o.Enqueue(t0, []NewArticle{in}); err != nil {
			t.Error(err)
			return posts
		}
		d, ok, err := o.NextDue(account, t0)
		if err != nil || !ok {
			t.Error(ok, err)
			return posts
		}
		if d, err = o.Claim(d.ID, t0.Add(time.Duration(i)*time.Minute), Terms{PerHour: 60, Compose: compose}); err != nil {
			t.Error(err)
			return posts
		}
		out := []Outcome{delivered("1"), refused(t0.Add(1000 * time.Hour)), ambiguous()}[i%3]
		if _, err := o.Settle(d.ID, 1, t0, out); err != nil {
			t.Error(err)
			return posts
		}
		posts++
	}
}

// writers runs four accounts beside fn.
func writers(t *testing.T, o *Outbox, fn func()) {
	t.Helper()
	var wg sync.WaitGroup
	stop := make(chan struct{})
	posts := make([]int, 4)
	for i := range posts {
		wg.Go(func() { posts[i] = postForEver(t, o, fmt.Sprintf("masto%d", i), stop) })
	}
	fn()
	close(stop)
	wg.Wait()
	for i, n := range posts {
		if n == 0 {
			t.Errorf("writer %d did nothing", i)
		}
	}
}

// TestAStoreInUseIsFoundWhole: neither check reports damage that is not there.
func TestAStoreInUseIsFoundWhole(t *testing.T) {
	o := openNew(t)
	o.db.NoSync = true
	writers(t, o, func() {
		for i := range 15 {
			if err := o.VerifyCopy(); err != nil {
				t.Errorf("copy, round %d: %v", i, err)
			}
			if err := o.Verify(); err != nil {
				t.Errorf("round %d: %v", i, err)
			}
		}
	})
	mustVerify(t, o)
	onlyTheOutbox(t, o.Path())
}

func onlyTheOutbox(t *testing.T, path string, others ...string) {
	t.Helper()
	there, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(there) != 1+len(others) {
		t.Errorf("beside the outbox: %v", there)
	}
}

func TestVerifyCopyFindsWhatVerifyFinds(t *testing.T) {
	o, ds := world(t)
	breakIt(t, o, func(t tx) error { return t.count("masto", delivery.Dead, 1) })
	for _, err := range []error{o.Verify(), o.VerifyCopy()} {
		if err == nil || !strings.Contains(err.Error(), "recounted") || !strings.Contains(err.Error(), o.Path()) || strings.Contains(err.Error(), checkMark) {
			t.Errorf("said %v", err)
		}
	}
	onlyTheOutbox(t, o.Path())
	if _, err := o.Delivery(ds[delivery.Held].ID); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestAFullDiskEndsTheCheckAlone: the device that is always full stands for it.
func TestAFullDiskEndsTheCheckAlone(t *testing.T) {
	o := openNew(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = o.verifyIn(full)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "as much free space") || !strings.Contains(err.Error(), o.Path()) {
		t.Errorf("said %v", err)
	}
	mustEnqueue(t, o, fresh(1, "masto"))
	mustVerify(t, o)
}

func TestOpenSweepsWhatAKilledCheckLeft(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "outbox.db")
	kept := []string{".outbox.db.new-1", ".other.db.check-1", "outbox.db.check-1", ".outbox.db"}
	for _, name := range append(kept, ".outbox.db.check-1", ".outbox.db.restore-22") {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, path)
	onlyTheOutbox(t, path, kept...)
}

func TestACheckedCopyIsForItsUserAlone(t *testing.T) {
	f, err := tempBeside(filepath.Join(t.TempDir(), "outbox.db"), checkMark)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
