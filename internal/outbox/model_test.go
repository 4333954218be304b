package outbox

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

// model is the outbox as a plain list, written without a thought for cost.
type model struct {
	path string
	o    *Outbox
	now  time.Time
	ds   []delivery.Delivery // oldest first
	next int                 // number of the next article
	seen int                 // checks made

	claims   map[string][]time.Time // moments of claims by account
	accounts map[string]AccountState
	forgiven map[string]int // by delivery: so many attempts are known to have posted nothing
	restored time.Time

	amendments map[string]*changedArticle
	told       told
}

// TestOutboxAgreesWithAPlainList drives store and model with the same random calls,
// reopening now and then, and verifies every invariant every third time.
func TestOutboxAgreesWithAPlainList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		m := &model{path: filepath.Join(dir, fmt.Sprintf("%d.db", n)), now: t0, claims: map[string][]time.Time{}, accounts: map[string]AccountState{}, forgiven: map[string]int{}}
		m.open(t)
		defer func() { _ = m.o.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"":           m.check,
			"enqueue":    m.enqueue,
			"claim":      m.claim,
			"settle":     m.settle,
			"move":       m.move,
			"reschedule": m.reschedule,
			"prioritise": m.prioritise,
			"look":       m.look,
			"account":    m.account,
			"restore":    m.restore,
			"withdraw":   m.withdraw,
			"update":     m.update,
			"source":     m.source,
			"wait": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
			},
			"reopen": m.reopen,
		})
	})
}

func (m *model) open(t *rapid.T) {
	var err error
	if m.o, err = Open(m.path, Options{}); err != nil {
		t.Fatal(err)
	}
	m.o.db.NoSync = true // a crash is another test's matter
}

func (m *model) reopen(t *rapid.T) {
	if err := m.o.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}

var modelAccounts = []string{"x", "masto", "masto2"}

func (m *model) enqueue(t *rapid.T) {
	batch := make([]NewArticle, rapid.IntRange(1, 3).Draw(t, "articles"))
	for i := range batch {
		batch[i] = fresh(m.next, rapid.SliceOfNDistinct(rapid.SampledFrom(modelAccounts), 1, 3, rapid.ID).Draw(t, "accounts")...)
		batch[i].Article.Slug = rapid.SampledFrom([]string{"a", "a-2", "b"}).Draw(t, "slug")
		m.next++
		for j := range batch[i].Deliveries {
			d := &batch[i].Deliveries[j]
			d.Media = m.picture(t)
			d.Priority = rapid.SampledFrom([]int{-128, 0, 0, 0, 127}).Draw(t, "priority")
			if rapid.Bool().Draw(t, "timed") {
				d.Due = m.moment(t)
			}
			if rapid.IntRange(0, 3).Draw(t, "expires") == 0 {
				d.Expires = m.now.Add(13 * time.Hour)
			}
		}
	}
	es, err := m.o.Enqueue(m.now, batch)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		m.ds = append(m.ds, e.Deliveries...)
	}
	slices.SortFunc(m.ds, func(a, b delivery.Delivery) int { return cmp.Compare(a.ID, b.ID) })
}

func (m *model) moment(t *rapid.T) time.Time {
	return m.now.Add(time.Duration(rapid.IntRange(-2, 6).Draw(t, "hours")) * time.Hour)
}

// pick returns the place of a delivery in one of the given states, or skips the step.
func (m *model) pick(t *rapid.T, states ...delivery.State) int {
	var at []int
	for i, d := range m.ds {
		if slices.Contains(states, d.State) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		t.Skip("none")
	}
	return rapid.SampledFrom(at).Draw(t, "delivery")
}

// nextDue is the rule of NextDue in one comparison.
func (m *model) nextDue(account string) (best delivery.Delivery, ok bool) {
	for _, d := range m.ds {
		if d.Account != account || d.State != delivery.Scheduled || (d.Timed && d.Due.After(m.now)) {
			continue
		}
		if !ok || better(d, best) {
			best, ok = d, true
		}
	}
	return best, ok
}

func better(a, b delivery.Delivery) bool {
	if a.Priority != b.Priority {
		return a.Priority > b.Priority
	}
	if a.Timed != b.Timed {
		return a.Timed
	}
	if a.Timed && !a.Due.Equal(b.Due) {
		return a.Due.Before(b.Due)
	}
	return a.ID < b.ID
}

// check compares, after every third step, everything that can be read.
func (m *model) check(t *rapid.T) {
	if m.seen++; m.seen%3 != 0 {
		return
	}
	if err := m.o.Verify(); err != nil {
		t.Fatal(err)
	}
	counts := Counts{}
	for _, d := range m.ds {
		counts[d.State]++
	}
	got, err := m.o.Counts("")
	same(t, "counts", counts, got, err)
	for _, account := range modelAccounts {
		want, ok := m.nextDue(account)
		d, gotOK, err := m.o.NextDue(account, m.now)
		same(t, "next due of "+account, want, d, err)
		same(t, "anything due for "+account, ok, gotOK, nil)
		m.checkMoment(t, account)
		m.checkAccount(t, account)
		m.checkPace(t, account)
	}
	m.checkList(t)
	m.checkAmended(t)
	m.checkChange(t)
	m.checkMedia(t)
}

func (m *model) checkMoment(t *rapid.T, account string) {
	at, ok, err := m.o.NextMoment(account)
	if err != nil {
		t.Fatal(err)
	}
	var due []time.Time
	waiting := false
	for _, d := range m.ds {
		if d.Account == account && d.State == delivery.Scheduled {
			due = append(due, d.Due)
			waiting = waiting || !d.Timed
		}
	}
	if ok != (len(due) > 0) {
		t.Fatalf("next moment of %s: %v, want %v", account, ok, due)
	}
	// Of those waiting any will do: they are due already.
	if ok && !waiting && !at.Equal(slices.MinFunc(due, time.Time.Compare)) || ok && waiting && at.After(m.now) {
		t.Fatalf("next moment of %s: %v of %v", account, at, due)
	}
}

func (m *model) checkList(t *rapid.T) {
	f := Filter{
		State:   rapid.SampledFrom(append(delivery.States(), "")).Draw(t, "state"),
		Account: rapid.SampledFrom(append(modelAccounts, "")).Draw(t, "account"),
		Limit:   rapid.IntRange(0, 4).Draw(t, "limit"),
	}
	if len(m.ds) > 0 && rapid.Bool().Draw(t, "paged") {
		f.After = rapid.SampledFrom(m.ds).Draw(t, "after").ID
	}
	var want, got []delivery.Delivery
	for _, d := range slices.Backward(m.ds) {
		if (f.State == "" || d.State == f.State) && (f.Account == "" || d.Account == f.Account) && (f.After == "" || d.ID < f.After) &&
			(f.Limit == 0 || len(want) < f.Limit) {
			want = append(want, d)
		}
	}
	err := m.o.List(f, func(d delivery.Delivery, a Article) bool {
		if a.ID != d.ArticleID {
			t.Fatalf("delivery %s listed with article %s", d.ID, a.ID)
		}
		got = append(got, d)
		return true
	})
	same(t, "list", want, got, err)
}

func same[T any](t *rapid.T, what string, want, got T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}
