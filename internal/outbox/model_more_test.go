package outbox

import (
	"cmp"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

// begunWithinAnHour counts the model's claims; its clock never goes back.
func (m *model) begunWithinAnHour(account string) (n int) {
	for _, at := range m.claims[account] {
		if m.now.Sub(at) < time.Hour {
			n++
		}
	}
	return n
}

func (m *model) look(t *rapid.T) {
	i := m.pick(t, delivery.States()...)
	old, next := m.ds[i], m.moment(t)
	l := delivery.Look{At: m.now, Absent: rapid.Bool().Draw(t, "absent")}
	got, err := m.o.Looked(old.ID, m.now, l, next)
	if old.State != delivery.Unknown {
		refusedWith(t, err, ErrNotUnknown)
		return
	}
	d := old
	d.Looks, d.NextLook = append(slices.Clone(old.Looks), l), next
	m.changed(t, i, d, got, true, err)
}

func (m *model) account(t *rapid.T) {
	name := rapid.SampledFrom(modelAccounts).Draw(t, "account")
	s := AccountState{Stopped: rapid.Bool().Draw(t, "stopped"), Paused: rapid.Bool().Draw(t, "paused"), Since: m.now}
	if err := m.o.SetAccountState(name, s); err != nil {
		t.Fatal(err)
	}
	m.accounts[name] = s
}

// checkAccount compares what is kept for one account.
func (m *model) checkAccount(t *rapid.T, account string) {
	s, err := m.o.AccountState(account)
	same(t, "state of "+account, m.accounts[account], s, err)
	var want []delivery.Delivery
	for _, d := range m.ds {
		if d.Account == account && d.State == delivery.Unknown {
			want = append(want, d)
		}
		if m.o.NeedsLook(d) != (m.cameBack(d) && !d.Restore.Equal(m.restored)) {
			t.Fatalf("%s needs a look: %v, restored %v, claimed after %v", d.ID, m.o.NeedsLook(d), m.restored, d.Restore)
		}
	}
	slices.SortFunc(want, func(a, b delivery.Delivery) int {
		return cmp.Or(a.NextLook.Compare(b.NextLook), cmp.Compare(a.ID, b.ID))
	})
	got, err := m.o.Unknown(account)
	same(t, "unknown of "+account, want, got, err)
	names, err := m.o.Accounts()
	if err != nil || slices.Contains(names, account) != slices.ContainsFunc(m.ds, func(d delivery.Delivery) bool { return d.Account == account }) {
		t.Fatalf("accounts %v, %v", names, err)
	}
}

// cameBack tells whether a delivery was there at the last restore: the model enqueues
// nothing at the moment of one.
func (m *model) cameBack(d delivery.Delivery) bool { return d.CreatedAt.Before(m.restored) }

// restore backs up, changes nothing, and restores: only the mark may differ.
func (m *model) restore(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "rarely") > 0 {
		t.Skip("it waits for the disk")
	}
	backup := m.path + ".backup-" + m.now.Format("150405.000")
	if err := m.o.BackupFile(backup, nil); err != nil {
		t.Skip("twice at the same moment")
	}
	if err := m.o.Close(); err != nil {
		t.Fatal(err)
	}
	m.now = m.now.Add(time.Second)
	if err := RestoreFile(backup, m.path, m.now, false); err != nil {
		t.Fatal(err)
	}
	m.restored = m.now
	m.now = m.now.Add(time.Second)
	m.open(t)
	at, _, ok, err := m.o.Restored()
	if diff := gocmp.Diff(m.restored, at); !ok || err != nil || diff != "" {
		t.Fatalf("restored (-want +got):\n%s%v %v", diff, ok, err)
	}
}
