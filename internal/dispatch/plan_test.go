package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/schedule"
)

// setting is a configuration and a queue for one account.
type setting struct {
	zone     string
	exprs    []string
	spacing  time.Duration
	jitter   time.Duration
	quiet    string
	perDay   int
	catchUp  string
	budget   outbox.Micros
	idle     time.Duration // the daemon is down so long, after the articles came
	articles []queued
}

type queued struct {
	after, at, expires time.Duration // it comes; its own moment after that, and its end; 0: none
	priority           int
}

func drawSetting(t *rapid.T) setting {
	minutes := func(name string, most int) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Minute
	}
	s := setting{
		zone: rapid.SampledFrom([]string{"UTC", "Europe/Paris", "Australia/Lord_Howe"}).Draw(t, "zone"),
		exprs: rapid.SampledFrom([][]string{
			nil, {"0 * * * *"}, {"*/20 8-20 * * *"}, {"30 2 * * *", "15 7,19 * * *"}, {"0 9 * * 1-5"}, {"*/7 * * * *"},
		}).Draw(t, "schedule"),
		spacing: minutes("spacing", 90) * time.Duration(rapid.IntRange(0, 1).Draw(t, "spaced")),
		jitter:  minutes("jitter", 30) * time.Duration(rapid.IntRange(0, 1).Draw(t, "jittered")),
		quiet:   rapid.SampledFrom([]string{"", "22:00-07:00", "12:10-12:50"}).Draw(t, "quiet"),
		perDay:  rapid.SampledFrom([]int{0, 0, 2, 5}).Draw(t, "per day"),
		catchUp: rapid.SampledFrom([]string{"", CatchUpOne, CatchUpNone, CatchUpAll}).Draw(t, "catch up"),
		budget:  rapid.SampledFrom([]outbox.Micros{0, 0, 500_000, 3_000_000}).Draw(t, "budget"),
		idle:    minutes("idle", 600),
	}
	for range rapid.IntRange(0, 12).Draw(t, "articles") {
		s.articles = append(s.articles, queued{
			after:    minutes("after", 120),
			at:       minutes("at", 3000) * time.Duration(rapid.IntRange(0, 1).Draw(t, "timed")),
			expires:  minutes("expires", 4000) * time.Duration(rapid.IntRange(0, 1).Draw(t, "expiring")),
			priority: rapid.IntRange(-1, 1).Draw(t, "priority"),
		})
	}
	return s
}

func (s setting) pace(t testing.TB) Pace {
	t.Helper()
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		t.Fatal(err)
	}
	p := Pace{CatchUp: s.catchUp, Budget: s.budget, Rules: schedule.Rules{Zone: zone, MinSpacing: s.spacing, MaxPerDay: s.perDay}}
	if s.quiet != "" {
		w, err := schedule.ParseWindow(s.quiet)
		if err != nil {
			t.Fatal(err)
		}
		p.Rules.Quiet = schedule.Quiet{w}
	}
	var exprs []schedule.Expr
	for _, text := range s.exprs {
		e, err := schedule.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		exprs = append(exprs, e)
	}
	if len(exprs) > 0 {
		p.Plan = fmt.Sprint(s.exprs)
		if p.Slots, err = schedule.NewSlots(exprs, zone, s.jitter, "a", p.Rules.Quiet); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// outcomes plays a setting: what the plan says, and what then happens.
func (s setting) outcomes(t *testing.T) (planned, did []string) {
	const days = 5
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 27, 9, 13, 0, 0, time.UTC))) // clocks go forward two days on
		w := newWorld(t, "a")
		w.engine.opt.ClockWatched = true
		w.restart(func(a *Account) {
			a.Pace = s.pace(t)
			a.Cost = func(string) float64 { return 0.2 }
		})
		if err := w.engine.Recover(time.Now()); err != nil {
			t.Fatal(err)
		}
		for i, q := range s.articles {
			time.Sleep(q.after)
			n := outbox.NewDelivery{Account: "a", Platform: "mastodon", Priority: q.priority}
			if q.at > 0 {
				n.Due = time.Now().Add(q.at)
			}
			if q.expires > 0 {
				n.Expires = time.Now().Add(q.at + q.expires)
			}
			if _, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{{Article: anArticle(fmt.Sprintf("Numéro %d", i)), Deliveries: []outbox.NewDelivery{n}}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(s.idle)
		until := time.Now().Add(days * 24 * time.Hour)
		plan, err := w.engine.Plan(time.Now(), until)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range plan {
			if e.Kind == PlanPost {
				planned = append(planned, e.At.Format(time.RFC3339Nano)+" "+*e.Delivery)
			}
		}
		for _, e := range plan {
			if e.Kind == PlanExpires {
				planned = append(planned, "expired "+*e.Delivery)
			}
		}
		stop := w.run()
		time.Sleep(time.Until(until) + time.Millisecond)
		stop()
		did = w.whatHappened()
	})
	return planned, did
}

// whatHappened lists the posts in their order, then what expired.
func (w *world) whatHappened() (out []string) {
	w.t.Helper()
	ids := map[string]string{}
	var expired []string
	if err := w.ob.List(outbox.Filter{}, func(d delivery.Delivery, a outbox.Article) bool {
		ids[w.engine.PageURL(a.Slug)] = d.ID
		if d.State == delivery.Expired {
			expired = append(expired, "expired "+d.ID)
		}
		return true
	}); err != nil {
		w.t.Fatal(err)
	}
	f := w.fakes["a"]
	for i, p := range f.requests() {
		link := p.Text[strings.Index(p.Text, "https://news"):]
		link = strings.Fields(link)[0]
		out = append(out, f.receipts[i].PostedAt.UTC().Format(time.RFC3339Nano)+" "+ids[link])
	}
	return append(out, expired...)
}

func TestWhatIsPlannedIsWhatHappens(t *testing.T) {
	posts := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSetting(rt)
		planned, did := s.outcomes(t)
		posts += len(did)
		// Expired ones are listed newest first by the outbox, by moment in the plan.
		if diff := cmp.Diff(sorted(planned), sorted(did)); diff != "" {
			rt.Fatalf("%+v\n(-planned +real):\n%s", s, diff)
		}
	})
	if posts == 0 {
		t.Error("nothing was ever posted: the test shows nothing")
	}
}

func sorted(s []string) []string {
	out := slices.Clone(s)
	slices.Sort(out)
	return out
}
