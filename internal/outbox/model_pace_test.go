package outbox

import (
	"time"

	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

// modelCost is what each claim of the model costs.
const modelCost = Micros(15_000)

func (m *model) month() string { return m.now.Format("2006-01") }

func (m *model) terms(perHour int, compose func(Article) (string, error)) Terms {
	return Terms{PerHour: perHour, Compose: compose, Month: m.month(), Cost: func(string) Micros { return modelCost }, Slot: m.now}
}

// checkPace compares posts, slot and money with what the deliveries tell: each attempt
// that may have posted is one of each.
func (m *model) checkPace(t *rapid.T, account string) {
	var posts, began int
	var spent Micros
	var last time.Time
	for _, d := range m.ds {
		if d.Account != account {
			continue
		}
		for i, a := range d.Attempts {
			if a.At.After(last) {
				last = a.At
			}
			began++
			if i < m.forgiven[d.ID] || a.Class != "" && a.Class != delivery.OK && a.Class != delivery.Ambiguous {
				continue
			}
			if m.now.Sub(a.At) < postsWindow {
				posts++
			}
			if a.At.Format("2006-01") == m.month() {
				spent += modelCost
			}
		}
	}
	p, err := m.o.Pace(account)
	if err != nil {
		t.Fatal(err)
	}
	recent := 0
	for _, at := range p.Posts {
		if m.now.Sub(at) < postsWindow {
			recent++
		}
	}
	same(t, "posts of "+account, posts, recent, nil)
	if began > 0 {
		same(t, "slot of "+account, last, p.Slot, nil)
	}
	got, err := m.o.Spent(account, m.month())
	same(t, "spent of "+account, spent, got, err)
	m.checkExpiry(t, account)
}

func (m *model) checkExpiry(t *rapid.T, account string) {
	var want time.Time
	found := false
	for _, d := range m.ds {
		if d.Account == account && d.State == delivery.Scheduled && !d.Expires.IsZero() && (!found || d.Expires.Before(want)) {
			want, found = d.Expires, true
		}
	}
	id, at, ok, err := m.o.NextExpiry(account)
	same(t, "anything to expire of "+account, found, ok, err)
	if !ok {
		return
	}
	d, err := m.o.Delivery(id)
	same(t, "first to expire of "+account, want, at, err)
	same(t, "its own expiry", at, d.Expires, nil)
}

func (m *model) prioritise(t *rapid.T) {
	i := m.pick(t, delivery.States()...)
	old, priority := m.ds[i], rapid.IntRange(-129, 128).Draw(t, "priority")
	got, err := m.o.Reschedule(old.ID, m.now, Wish{Priority: &priority})
	d := old
	d.Priority = priority
	m.changed(t, i, d, got, old.State == delivery.Scheduled && priority >= -128 && priority <= 127, err)
}
