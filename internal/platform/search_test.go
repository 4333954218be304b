package platform

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"crieur/internal/delivery"
)

func TestTheWindowKnowsHowWrongOurClockIs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	q := Query{Since: now.Add(-2 * time.Hour), Until: now.Add(-time.Hour)}
	for ahead, want := range map[time.Duration]Window{
		0:              {From: now.Add(-2*time.Hour - 5*time.Minute), Until: now.Add(-55 * time.Minute), Sure: true},
		time.Hour:      {From: now.Add(-3*time.Hour - 5*time.Minute), Until: now.Add(-55 * time.Minute), Sure: true},
		-2 * time.Hour: {From: now.Add(-2*time.Hour - 5*time.Minute), Until: now.Add(65 * time.Minute), Sure: true},
	} {
		w := NewWire(WireOptions{})
		w.compare(&Answer{At: now, Header: http.Header{"Date": {now.Add(-ahead).UTC().Format(http.TimeFormat)}}})
		got := w.Window(q)
		if got.Sure != want.Sure || got.From.Sub(want.From).Abs() > time.Second || got.Until.Sub(want.Until).Abs() > time.Second {
			t.Errorf("ahead %v: %+v, want %+v", ahead, got, want)
		}
	}
	future := NewWire(WireOptions{}).Window(Query{Since: now.AddDate(1, 0, 0), Until: now.AddDate(1, 0, 0)})
	if future.Sure || future.From.After(now.Add(-23*time.Hour)) {
		t.Errorf("an attempt in the future: %+v", future)
	}
	for _, date := range []string{"Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "?", ""} {
		w := NewWire(WireOptions{})
		w.compare(&Answer{At: now, Header: http.Header{"Date": {date}}})
		if got := w.Window(q); got.From.After(q.Since) || got.Until.Before(q.Until) {
			t.Errorf("Date %q: %+v", date, got)
		}
	}
}

func TestTheEarliestPostOfTheAttemptIsTheOne(t *testing.T) {
	t.Parallel()
	at := func(id string, d time.Duration) Seen {
		return Seen{Receipt: delivery.Receipt{PostID: id, PostedAt: noon.Add(d)}, Dated: true, Links: []string{"https://e.org/a"}}
	}
	window := func() Window { return Window{From: noon.Add(-time.Minute), Until: noon.Add(time.Minute), Sure: true} }
	pages := map[string]Page{
		"":  {Posts: []Seen{at("4", time.Hour), at("3", time.Second)}, Next: "2"},
		"2": {Posts: []Seen{at("2", 0)}, Next: "3"},
		"3": {},
	}
	found, err := Search(Query{Link: "https://e.org/a"}, 10, window, func(cursor string) (Page, error) { return pages[cursor], nil })
	if err != nil || found.Receipt == nil || found.Receipt.PostID != "2" || !found.Whole {
		t.Errorf("%+v, %v", found, err)
	}
	_, err = Search(Query{Link: "https://e.org/b"}, 10, window, func(cursor string) (Page, error) {
		if cursor == "2" {
			return Page{}, errors.New("broken")
		}
		return pages[cursor], nil
	})
	if err == nil {
		t.Error("a page that failed passed for absence")
	}
}

// Several posts cost one reading, and each is judged by its own window: what the deeper
// reading for another one shows does not change the answer.
func TestSeveralPostsAreLookedForInOneReading(t *testing.T) {
	t.Parallel()
	at := func(id string, d time.Duration, link string) Seen {
		return Seen{Receipt: delivery.Receipt{PostID: id, PostedAt: noon.Add(d)}, Dated: true, Links: []string{"https://e.org/" + link}}
	}
	pages := map[string]Page{
		"":  {Posts: []Seen{at("9", 0, "new"), at("8", -time.Hour, "other")}, Next: "7"},
		"7": {Posts: []Seen{at("7", -2*time.Hour, "gone"), at("6", -3*time.Hour, "old")}, Next: "5"},
		"5": {Posts: []Seen{at("5", -9*time.Hour, "older")}, Next: "4"},
	}
	window := func(q Query) Window {
		return Window{From: q.Since.Add(-time.Minute), Until: q.Until.Add(time.Minute), Sure: true}
	}
	q := func(link string, d time.Duration) Query {
		return Query{Link: "https://e.org/" + link, Since: noon.Add(d), Until: noon.Add(d)}
	}
	var read []string
	found, err := SearchEach([]Query{q("new", 0), q("gone", 0), q("old", -3*time.Hour), q("older", -8*time.Hour)}, 10, window, func(cursor string) (Page, error) {
		read = append(read, cursor)
		return pages[cursor], nil
	})
	if err != nil || len(read) != 3 || len(found) != 4 {
		t.Fatalf("%v, pages %q, %v", found, read, err)
	}
	for i, want := range []string{"9", "", "6", ""} {
		got := ""
		if found[i].Receipt != nil {
			got = found[i].Receipt.PostID
		}
		if whole := i != 3; got != want || found[i].Whole != whole { // the last one is there, but too early
			t.Errorf("%d: %q, whole %v", i, got, found[i].Whole)
		}
	}
}
