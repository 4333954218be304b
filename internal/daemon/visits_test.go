package daemon

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/visits"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// visit asks for a page and returns the status.
func visit(t *testing.T, method, url string, header ...string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", browser)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// awaitPage waits until an article's page answers.
func awaitPage(t *testing.T, d *Daemon, e control.Enqueued) (page string) {
	t.Helper()
	page = "http://" + d.Addr("pages") + "/" + e.Slug
	for deadline := time.Now().Add(10 * time.Second); visit(t, http.MethodHead, page) != http.StatusOK; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the page never came")
		}
	}
	return page
}

// Visitors with addresses, agents and referrers that no other file holds read a page of a
// real daemon: its numbers are right, and nothing of the visitors is in any file it leaves.
func TestOfAVisitorOnlyPageDayAndOriginAreKept(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	page := awaitPage(t, d, enqueue(t, cfg, ""))
	secrets := []string{"198.51.100.77", "Zyzzyva", "secret-referrer", "cookie-of-mine"}
	for _, header := range [][]string{
		{"User-Agent", browser + " Zyzzyva/1.0"},
		{"Referer", "https://t.co/secret-referrer"},
		{"Referer", "https://secret-referrer.example/a", "X-Forwarded-For", "198.51.100.77", "Cookie", "a=cookie-of-mine"},
		{"Referer", cfg.Accounts[1].Server + "/@secret-referrer"},
		{"Referer", "https://feedly.com/secret-referrer"},
		{"If-None-Match", "*"}, // 304: a reader came back
		{"User-Agent", "curl/8.5.0 Zyzzyva"},
		{"User-Agent", "Twitterbot/1.0 Zyzzyva"},
		{"Sec-Purpose", "prefetch"},
	} {
		visit(t, http.MethodGet, page, header...)
	}
	visit(t, http.MethodHead, page)
	for _, other := range []string{page + ".json", page + "?stay", page + "-no-such-page", "http://" + d.Addr("pages") + "/feed.xml", "http://" + d.Addr("pages") + "/robots.txt"} {
		visit(t, http.MethodGet, other)
	}
	stop()

	text, err := os.ReadFile(cfg.Outbox.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(secrets, "Firefox") {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the outbox holds %q of a visitor", secret)
		}
	}
	o, err := OpenOffline(cfg, "test", ToLook)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	if err := o.Outbox.Verify(); err != nil {
		t.Error(err)
	}
	days, err := o.VisitsOf(time.Now(), 2) // midnight may have passed
	if err != nil {
		t.Fatal(err)
	}
	want := visits.Tally{visits.X: 1, visits.Mastodon: 1, visits.Feed: 1, visits.Other: 1, visits.Direct: 2, visits.Crawler: 1, visits.Preview: 2}
	if got := days[0].Tally.Plus(days[1].Tally); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// Counting would else have every page rendered anew twice a minute.
func TestStoringVisitsRendersNoPageAnew(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	visit(t, http.MethodGet, awaitPage(t, d, enqueue(t, cfg, "")))
	until(t, "both receipts", func() bool {
		c, err := d.outbox.Counts("")
		return err == nil && c[delivery.Delivered] == 2
	})
	version := d.pages.source().Version
	before, err := version()
	until(t, "an end of the changes", func() bool { // the number rises a moment after the change can be read
		last := before
		time.Sleep(50 * time.Millisecond)
		before, err = version()
		return err == nil && before.Articles == last.Articles
	})
	until(t, "a visit stored", func() bool {
		if err := d.readers.flush(); err != nil {
			t.Fatal(err)
		}
		days, err := d.Service().VisitsOf(time.Now(), 2)
		return err == nil && days[0].Tally.Plus(days[1].Tally)[visits.Direct] == 1
	})
	if after, err := version(); err != nil || after.Articles != before.Articles {
		t.Errorf("%v after %v, %v", after, before, err)
	}
}

func TestVisitsShowInTheStatusAndTheStory(t *testing.T) {
	cfg, _ := newConfig(t)
	cfg.Site.Timezone = "Pacific/Kiritimati"
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	page := awaitPage(t, d, e)
	visit(t, http.MethodGet, page)
	visit(t, http.MethodGet, page, "Referer", "https://t.co/")
	visit(t, http.MethodGet, page, "User-Agent", "curl/8.5.0")
	// A visit is counted when its answer is written, which may be a moment after it is read.
	var sum visits.Tally
	for deadline := time.Now().Add(10 * time.Second); sum.Visits() < 2 || sum[visits.Crawler] < 1; time.Sleep(5 * time.Millisecond) {
		if err := d.readers.flush(); err != nil || time.Now().After(deadline) {
			t.Fatalf("%v: %v", sum, err)
		}
		days, err := d.Service().VisitsOf(time.Now(), 1)
		if err != nil {
			t.Fatal(err)
		}
		sum = days[0].Tally
	}
	var st dispatch.Status
	_, body := fetch(t, "http://"+d.Addr("status")+"/api/status")
	if err := json.Unmarshal([]byte(body), &st); err != nil {
		t.Fatal(err)
	}
	if st.VisitsToday != 2 || st.VisitsWeek != 2 || !strings.Contains(body, `"visits_today":2`) {
		t.Errorf("status: %s", body)
	}
	if _, html := fetch(t, "http://"+d.Addr("status")+"/"); !strings.Contains(html, "2 visits from ") || !strings.Contains(html, "not counted as visits: 1 crawler") {
		t.Errorf("page: %s", html)
	}
	story, err := d.Service().Show(t.Context(), e.ID)
	if err != nil || story.Visits == nil || story.Visits.Total != 2 || story.Visits.ByOrigin["x"] != 1 || story.Visits.ByOrigin["crawler"] != 1 || len(story.Visits.Days) != 7 {
		t.Errorf("story: %+v, %v", story.Visits, err)
	}
}

func TestNothingIsCountedWhereItIsNotWanted(t *testing.T) {
	cfg, _ := newConfig(t)
	cfg.Pages.Count = false
	d, stop := start(t, cfg)
	visit(t, http.MethodGet, awaitPage(t, d, enqueue(t, cfg, "")))
	if _, html := fetch(t, "http://"+d.Addr("status")+"/"); strings.Contains(html, `id="visits-title"`) {
		t.Error("a chart of nothing")
	}
	stop()
	o, err := OpenOffline(cfg, "test", ToLook)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	if days, err := o.Outbox.VisitsByDay(0, 99991231); len(days) != 0 || err != nil {
		t.Errorf("counted: %v, %v", days, err)
	}
}

// What cannot be stored is kept, and stored when it can be.
func TestAFlushThatFailsKeepsTheCounts(t *testing.T) {
	cfg, _ := newConfig(t)
	d, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	today := visits.DayOf(time.Now(), time.UTC)
	for range 3 {
		d.readers.counter.Add("page", today, visits.X)
	}
	if err := d.outbox.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.readers.flush(); err == nil {
		t.Error("a closed outbox took them")
	}
	d.readers.counter.Add("page", today, visits.X)
	counts, lost := d.readers.counter.Take()
	if counts[visits.Key{Slug: "page", Day: today, Origin: visits.X}] != 4 || lost != 0 {
		t.Errorf("%v, %d lost", counts, lost)
	}
	if err := d.close(); err != nil && !errors.Is(err, outbox.ErrNotFound) {
		t.Error(err)
	}
}

// A crowd of pages does not wait for the clock.
func TestAFullCounterIsStoredEarly(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	e := enqueue(t, cfg, "")
	began := time.Now()
	today := visits.DayOf(began, time.UTC)
	for i := range visits.MaxKeys {
		d.readers.counter.Add(fmt.Sprint("page-", i), today, visits.X)
		if i == 0 {
			d.readers.counter.Add(e.Slug, today, visits.X)
		}
	}
	d.readers.wakeUp() // as a request does
	for {
		days, err := d.outbox.VisitsByDay(today, today)
		if err != nil {
			t.Fatal(err)
		}
		if len(days) == 1 && days[0].Tally[visits.X] == 1 {
			return
		}
		if time.Since(began) > flushEvery*2/3 {
			t.Fatalf("not stored: %v", days)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// The handler sees of the wrapped writer what the server's own does.
func TestACountedAnswerIsTheSame(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	inner := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		_, _ = fmt.Fprint(w, "whole")
	})
	for path, counted := range map[string]int{"/a-page": 1, "/a-page.json": 0, "/": 0, "/Not_A_Slug": 0, "/a-page/b": 0} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
		r.Header.Set("User-Agent", browser)
		d.readers.counted(inner).ServeHTTP(w, r)
		if counts, _ := d.readers.counter.Take(); len(counts) != counted || w.Body.String() != "whole" {
			t.Errorf("%s: %v, %q", path, counts, w.Body)
		}
	}
}
