package outbox

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

func (m *model) claim(t *rapid.T) {
	i := m.pick(t, delivery.States()...)
	old := m.ds[i]
	broken := rapid.IntRange(0, 5).Draw(t, "broken") == 0
	perHour := rapid.SampledFrom([]int{0, 2, 5}).Draw(t, "perHour")
	d, err := m.o.Claim(old.ID, m.now, m.terms(perHour, func(a Article) (string, error) {
		if broken {
			return "", errors.New("does not fit")
		}
		return compose(a)
	}))
	want := old
	var composing *ComposeError
	var breaking *BreakerError
	switch {
	case old.State != delivery.Scheduled:
		refusedWith(t, err, ErrNotScheduled)
		return
	case old.Timed && old.Due.After(m.now):
		refusedWith(t, err, ErrNotDue)
		refusedWith(t, err, ErrNotScheduled)
		return
	case !m.amended(old.ArticleID).withdrawn.IsZero():
		refusedWith(t, err, ErrWithdrawn)
		want.State = delivery.Cancelled
	case !old.Expires.IsZero() && !old.Expires.After(m.now):
		refusedWith(t, err, ErrExpired)
		want.State = delivery.Expired
	case perHour > 0 && m.begunWithinAnHour(old.Account) >= perHour:
		if !errors.As(err, &breaking) || !breaking.Until.After(m.now) || breaking.Until.After(m.now.Add(time.Hour)) {
			t.Fatalf("claim: %v, want a BreakerError", err)
		}
		return
	case broken && len(old.Attempts) == 0:
		if !errors.As(err, &composing) {
			t.Fatalf("claim: %v, want a ComposeError", err)
		}
		return
	default:
		if err != nil {
			t.Fatal(err)
		}
		if perHour > 0 {
			m.claims[old.Account] = append(m.claims[old.Account], m.now)
		}
		if m.cameBack(old) {
			want.Restore = m.restored
		}
		want.State, want.Text, want.Key = delivery.Sending, d.Text, delivery.Key(d.ArticleID, d.Account, 0)
		want.Attempts = append(want.Attempts[:len(want.Attempts):len(want.Attempts)], delivery.Attempt{N: len(old.Attempts) + 1, At: m.now})
		if old.Text != "" && d.Text != old.Text || d.Text == "" {
			t.Fatalf("text %q after %q", d.Text, old.Text)
		}
	}
	same(t, "claimed", want, d, nil)
	m.ds[i] = want
}

func refusedWith(t *rapid.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%v, want %v", err, want)
	}
}

// outcome draws a move, legal or not, fit for where it goes or not.
func (m *model) outcome(t *rapid.T) Outcome {
	out := Outcome{
		To:     rapid.SampledFrom(delivery.States()).Draw(t, "to"),
		Class:  rapid.SampledFrom(delivery.Classes()).Draw(t, "class"),
		Reason: rapid.SampledFrom([]string{"", "because"}).Draw(t, "reason"),
	}
	out.Landed = rapid.IntRange(0, 4).Draw(t, "landed") == 0
	if rapid.Bool().Draw(t, "due") {
		out.Due = m.moment(t)
	}
	if out.To == delivery.Delivered {
		out.Receipt = &delivery.Receipt{PostID: rapid.SampledFrom([]string{"", "42", "01J"}).Draw(t, "post"), PostedAt: m.moment(t)}
	}
	return out
}

// want is what an outcome makes of a delivery, ok whether it may.
func want(d delivery.Delivery, now time.Time, out Outcome) (delivery.Delivery, bool) {
	ok := delivery.Move(d.State, out.To) == nil
	d.Landed = out.Landed || d.Landed && d.State != delivery.Held
	switch out.To {
	case delivery.Scheduled, delivery.Cancelled, delivery.Expired:
		ok = ok && !d.Landed
	}
	d.State, d.Reason, d.NextLook = out.To, out.Reason, time.Time{}
	switch out.To {
	case delivery.Unknown:
		d.NextLook, d.Looks = out.Due, nil
	case delivery.Delivered:
		d.Receipt = out.Receipt
		ok = ok && out.Receipt.PostID != ""
	case delivery.Held, delivery.Dead:
		ok = ok && out.Reason != ""
	case delivery.Scheduled:
		d.Due, d.Timed, d.Reason = out.Due, !out.Due.IsZero(), ""
		if !d.Timed {
			d.Due = now
		}
	}
	return d, ok
}

func (m *model) settle(t *rapid.T) {
	i := m.pick(t, delivery.Sending, delivery.Sending, delivery.Unknown, delivery.Scheduled)
	old, out := m.ds[i], m.outcome(t)
	n := rapid.IntRange(0, 3).Draw(t, "n")
	got, err := m.o.Settle(old.ID, n, m.now, out)
	d, ok := want(old, m.now, out)
	if old.State != delivery.Sending || n != len(old.Attempts) {
		refusedWith(t, err, ErrNotSending)
		return
	}
	if out.Class == delivery.OK != (out.To == delivery.Delivered) || out.Class == delivery.Ambiguous != (out.To == delivery.Unknown) {
		ok = false
	}
	ok = ok && (out.To != delivery.Scheduled && out.To != delivery.Unknown || !out.Due.IsZero())
	if ok {
		d.Attempts = append([]delivery.Attempt(nil), old.Attempts...)
		d.Attempts[n-1].Class = out.Class
		if out.Class.Spends() {
			d.Spent++
		}
	}
	m.changed(t, i, d, got, ok, err)
}

func (m *model) move(t *rapid.T) {
	i := m.pick(t, delivery.States()...)
	old, out := m.ds[i], m.outcome(t)
	got, err := m.o.Move(old.ID, m.now, out)
	d, ok := want(old, m.now, out)
	m.changed(t, i, d, got, ok && old.State != delivery.Sending && out.To != delivery.Sending, err)
	if err == nil && out.To == delivery.Scheduled {
		m.forgiven[d.ID] = len(d.Attempts)
	}
}

func (m *model) reschedule(t *rapid.T) {
	i := m.pick(t, delivery.States()...)
	old, due := m.ds[i], m.moment(t)
	got, err := m.o.Reschedule(old.ID, m.now, Wish{Due: &due})
	ok := old.State == delivery.Scheduled && (old.Expires.IsZero() || !due.After(old.Expires))
	d := old
	d.Due, d.Timed, d.Reason = due, true, ""
	m.changed(t, i, d, got, ok, err)
}

func (m *model) changed(t *rapid.T, i int, want, got delivery.Delivery, ok bool, err error) {
	t.Helper()
	if ok != (err == nil) {
		t.Fatalf("legal: %v, but %v", ok, err)
	}
	if ok {
		same(t, "changed", want, got, nil)
		m.ds[i] = want
	}
}
