package x

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
	"crieur/internal/sandbox"
)

// observed is a client of the sandbox whose usage is collected.
func observed(t *testing.T, server *sandbox.X, api string) (*Client, *platformtest.Usages) {
	t.Helper()
	var usages platformtest.Usages
	who := server.Credentials()
	c, err := New(Options{
		BaseURL: server.URL, WebURL: server.URL, API: api, Observe: usages.Observe,
		ConsumerKey: who.ConsumerKey, ConsumerSecret: who.ConsumerSecret, AccessToken: who.AccessToken, AccessTokenSecret: who.AccessTokenSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, &usages
}

// checkUsages compares all but the resets, which must lie within the span of their window.
func checkUsages(t *testing.T, usages *platformtest.Usages, want ...platform.Usage) {
	t.Helper()
	got := usages.Take()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(platform.RateWindow{}, "Reset")); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
	for _, u := range got {
		for _, w := range u.Windows {
			span := 24 * time.Hour
			if w.Name == "15min" {
				span = 15 * time.Minute
			}
			const rounding = 3 * time.Second
			if left := time.Until(w.Reset); left < span-time.Minute || left > span+rounding {
				t.Errorf("%s: window %s ends in %v", u.Op, w.Name, left)
			}
		}
	}
}

func TestAPostTellsItsWindowsWhetherItIsTakenOrThrottled(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"v2", "v1.1"} {
		server := startSandbox(t, sandbox.Options{XCreates: 2, XDaily: 50, XAppDaily: 60, V11: true})
		c, usages := observed(t, server, api)
		stands := func(units, limit15, user, app int) platform.Usage {
			return platform.Usage{Op: platform.OpPost, Units: units, Windows: []platform.RateWindow{
				{Name: "15min", Limit: 2, Remaining: limit15}, {Name: "user-24h", Limit: 50, Remaining: user}, {Name: "app-24h", Limit: 60, Remaining: app},
			}}
		}
		mustPost(t, c, "one")
		checkUsages(t, usages, stands(1, 1, 49, 59))
		if _, err := c.Post(t.Context(), platform.Post{Text: "one"}); err == nil {
			t.Fatal("a duplicate was taken")
		}
		checkUsages(t, usages, stands(0, 0, 48, 58))
		_, err := c.Post(t.Context(), platform.Post{Text: "two"})
		e := platform.AsError(err)
		if e == nil || e.Class != throttle {
			t.Fatalf("%v, want throttled", err)
		}
		seen := usages.Take()
		if len(seen) != 1 || seen[0].Units != 0 {
			t.Fatalf("%s: %+v", api, seen)
		}
		// What the window says and what the engine is told to wait are the same.
		next := platform.NextPermitted(seen[0].Windows)
		if off := time.Until(next) - e.RetryAfter; off > time.Second || off < -time.Minute {
			t.Errorf("%s: permitted at %v, told to wait %v", api, next, e.RetryAfter)
		}
	}
}

func TestALookIsReportedPageByPage(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{XCreates: 200})
	c, usages := observed(t, server, "v2")
	for i := range 130 {
		mustPost(t, c, fmt.Sprint("post ", i))
	}
	usages.Take()
	checkFound(t, c, during("https://pages.example/none", ""), "", true)
	me := platform.Usage{Op: platform.OpReadUser, Units: 1, Windows: []platform.RateWindow{{Name: "15min", Limit: 75, Remaining: 74}}}
	page := func(posts, remaining int) platform.Usage {
		return platform.Usage{Op: platform.OpReadOwned, Units: posts, Windows: []platform.RateWindow{{Name: "15min", Limit: 900, Remaining: remaining}}}
	}
	checkUsages(t, usages, me, page(100, 899), page(30, 898))
	if _, err := c.Limits(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkUsages(t, usages)
}

func TestAVerifyIsAUserRead(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"v2", "v1.1"} {
		server := startSandbox(t, sandbox.Options{XReads: 1})
		c, usages := observed(t, server, api)
		windows := []platform.RateWindow{{Name: "15min", Limit: 1}}
		if _, err := c.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		checkUsages(t, usages, platform.Usage{Op: platform.OpReadUser, Units: 1, Windows: windows})
		if _, err := c.Verify(t.Context()); err == nil {
			t.Fatal("a second one in the window was answered")
		}
		checkUsages(t, usages, platform.Usage{Op: platform.OpReadUser, Windows: windows})
	}
}

func TestALookInV11CountsWhatIsThere(t *testing.T) {
	t.Parallel()
	var usages platformtest.Usages
	c := client(t, Options{BaseURL: archive(t, 450, true).URL, API: "v1.1", Observe: usages.Observe})
	q := atNoon("https://pages.example/999", "")
	q.Since = tried.Add(-time.Hour)
	checkFound(t, c, q, "", true)
	page := func(posts int) platform.Usage { return platform.Usage{Op: platform.OpReadOwned, Units: posts} }
	checkUsages(t, &usages, page(200), page(200), page(50), page(0))
}

// A post that exists was billed, whatever became of the answer.
func TestEveryExchangeIsReportedOnceAndWhatExistsIsCounted(t *testing.T) {
	t.Parallel()
	for _, kind := range sandbox.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := startSandbox(t, sandbox.Options{})
			c, usages := observed(t, server, "v2")
			f := sandbox.Fault{Kind: kind, For: 50 * time.Millisecond, Status: 403, Body: `<html>`}
			switch kind {
			case sandbox.Documented:
				f.Name = "credits-depleted"
			case sandbox.RateLimited:
				f.For = 10 * time.Minute
			case sandbox.RefuseConnection:
				f.For = 0
			}
			if err := server.Script(f); err != nil {
				t.Fatal(err)
			}
			_, err := c.Post(t.Context(), platform.Post{Text: "hello"})
			got, exchanges := usages.Take(), len(server.Requests())
			if len(got) != exchanges {
				t.Fatalf("%d exchanges, reported %+v", exchanges, got)
			}
			if exchanges == 0 {
				return
			}
			if mayExist := err == nil || platform.AsError(err).Class == ambiguous; (got[0].Units == 1) != mayExist {
				t.Errorf("%d units for %v", got[0].Units, err)
			}
			if got[0].Units < len(server.Posts()) {
				t.Errorf("a post exists and was not counted: %+v", got)
			}
			if kind == sandbox.RateLimited && len(got[0].Windows) != 1 {
				t.Errorf("windows %+v", got[0].Windows)
			}
		})
	}
}

func TestOnlyWhatCertainlyDoesNotExistIsFree(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"v2", "v1.1"} {
		for _, s := range refusals() {
			t.Run(api+" "+s.name, func(t *testing.T) {
				t.Parallel()
				var usages platformtest.Usages
				c := client(t, Options{BaseURL: answering(t, s).URL, API: api, Observe: usages.Observe})
				_, err := c.Post(t.Context(), platform.Post{Text: text})
				want := 0
				if s.class == ambiguous {
					want = 1
				}
				if got := usages.Take(); len(got) != 1 || got[0].Units != want || got[0].Op != platform.OpPost {
					t.Errorf("%v is reported as %+v, want %d units once", err, got, want)
				}
			})
		}
	}
}
