package sandbox

import (
	"testing"
	"time"
)

func TestARepeatedKeyIsAnsweredAsTheFlavourDoes(t *testing.T) {
	for _, c := range []struct {
		flavour Flavour
		status  int
		posts   []string
	}{
		{Mastodon45, 200, []string{"first"}}, // the body is not compared
		{Mastodon46, 500, []string{"first"}},
		{GoToSocial, 200, []string{"first", "second"}},
	} {
		m := start(t, Options{Flavour: c.flavour}).Mastodon
		a := send(t, freshClient(t), tootRequest(t, m, "first", "key", "k"))
		equal(t, 200, a.Status)
		b := send(t, freshClient(t), tootRequest(t, m, "second", "key", "k"))
		equal(t, c.status, b.Status)
		equal(t, c.posts, texts(m.Posts()))
		if c.flavour == Mastodon45 {
			equal(t, a.field(t, "id"), b.field(t, "id"))
		}
		equal(t, "k", m.Posts()[0].Key)
		equal(t, "k", m.Requests()[1].Key)
		equal(t, 200, send(t, freshClient(t), tootRequest(t, m, "third", "key", "other")).Status)
		equal(t, 200, send(t, freshClient(t), tootRequest(t, m, "third")).Status)
	}
}

func TestAKeyHoldsAfterALostAnswerAndOnlyForAnHour(t *testing.T) {
	m := start(t, Options{}).Mastodon
	must(t, m.Script(Fault{Kind: ResetAfter}))
	if a, err := try(freshClient(t), tootRequest(t, m, "x", "key", "k")); err == nil {
		t.Errorf("answered %v", a)
	}
	equal(t, m.Posts()[0].ID, send(t, freshClient(t), tootRequest(t, m, "x", "key", "k")).field(t, "id"))
	m.mu.Lock()
	near(t, time.Now().Add(time.Hour), m.keys["k"].until)
	m.keys["k"] = kept[string]{m.keys["k"].value, time.Now().Add(-time.Second)}
	m.mu.Unlock()
	equal(t, 200, send(t, freshClient(t), tootRequest(t, m, "x", "key", "k")).Status)
	equal(t, 2, len(m.Posts()))
}

func TestARefusedStatusLeavesItsKeyUnused(t *testing.T) {
	m := start(t, Options{Flavour: Mastodon46}).Mastodon
	equal(t, 422, send(t, freshClient(t), tootRequest(t, m, "", "key", "k")).Status)
	equal(t, 200, send(t, freshClient(t), tootRequest(t, m, "now", "key", "k")).Status)
}
