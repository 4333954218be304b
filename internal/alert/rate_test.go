package alert

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatComesWithinSecondsIsOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy, mail)
		defer stop()
		at := time.Date(2026, 3, 1, 14, 3, 0, 0, time.FixedZone("", 3600))
		n.Send(Message{Kind: "held", Account: "x-main", Delivery: "01J", Title: "A\r\ntitle", Text: "no answer", At: at})
		time.Sleep(time.Second)
		n.Send(Message{Kind: "held", Account: "x-main", Text: "no answer"})
		n.Send(Message{Kind: "stopped", Account: "fedi", Text: "the login was refused"})
		time.Sleep(time.Minute)
		want := []post{{5 * time.Second, "crieur news.example: 2 alerts",
			"held on x-main: 13:03 UTC, “A title” (01J) no answer (and 1 more)\nstopped on fedi: the login was refused"}}
		for _, url := range []string{ntfy, mail} {
			if diff := cmp.Diff(want, s.got(url)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	})
}

func TestTheSameKindAndAccountIsToldOnceInTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		defer stop()
		n.Send(Message{Kind: "held", Account: "x-main", Text: "first"})
		time.Sleep(time.Minute)
		for i := range 37 {
			n.Send(Message{Kind: "held", Account: "x-main", Text: fmt.Sprint("number ", i)})
			time.Sleep(time.Second)
		}
		n.Send(Message{Kind: "held", Account: "fedi", Text: "another account"})
		n.Send(Message{Kind: "dead", Account: "x-main", Text: "another kind"})
		time.Sleep(time.Hour)
		n.Send(Message{Kind: "held", Account: "x-main", Text: "after the silence"})
		time.Sleep(time.Minute)
		told := "00:00 UTC" // the bubble's clock starts at midnight UTC
		want := []post{
			{5 * time.Second, "crieur news.example: held on x-main", "held on x-main: first"},
			{102 * time.Second, "crieur news.example: 2 alerts", "held on fedi: another account\ndead on x-main: another kind"},
			{10*time.Minute + 5*time.Second, "crieur news.example: held on x-main", "held on x-main: and 37 more since " + told + ", the latest: number 36"},
			{time.Hour + 102*time.Second, "crieur news.example: held on x-main", "held on x-main: after the silence"},
		}
		if diff := cmp.Diff(want, s.got(ntfy)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// An outage of a day that holds a delivery every minute.
func TestALongOutageIsToldMoreAndMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		defer stop()
		for range 24 * 60 {
			n.Send(Message{Kind: "held", Account: "x-main", Text: "no answer"})
			time.Sleep(time.Minute)
		}
		posts := s.got(ntfy)
		want := []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 320 * time.Minute, maxQuiet, maxQuiet}
		var gaps []time.Duration
		for i := 1; i < len(posts); i++ {
			gaps = append(gaps, posts[i].After-posts[i-1].After)
		}
		if diff := cmp.Diff(want, gaps); diff != "" {
			t.Errorf("between messages (-want +got):\n%s", diff)
		}
	})
}

func TestTheQueueDropsTheOldestAndCounts(t *testing.T) {
	s := &services{start: time.Now(), posts: map[string][]post{}}
	log := new(logBuffer)
	n, err := New(Options{Places: to(ntfy), Log: slog.New(slog.NewTextHandler(log, nil)), Transport: s.open})
	if err != nil {
		t.Fatal(err)
	}
	n.Send(Message{Kind: "held", Account: "first", Text: "the oldest"})
	for range maxQueue + 9 {
		n.Send(Message{Kind: "held", Account: "x-main", Text: "x"})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n.Run(ctx)
	posts := s.got(ntfy)
	want := []post{{0, "crieur: 2 alerts", "held on x-main: x (and 255 more)\noverflow: 10 alerts were dropped, too many at once: see the log"}}
	for i := range posts {
		posts[i].After = 0
		posts[i].Text = regexp.MustCompile(`\d\d:\d\d UTC, `).ReplaceAllString(posts[i].Text, "")
	}
	if diff := cmp.Diff(want, posts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(log.String(), `"alerts dropped: too many at once" event=alert.lost count=10`) {
		t.Errorf("log:\n%s", log)
	}
}
