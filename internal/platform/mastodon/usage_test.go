package mastodon

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
func observed(t *testing.T, server *sandbox.Mastodon) (*Client, *platformtest.Usages) {
	t.Helper()
	var usages platformtest.Usages
	c, err := New(Options{Server: server.URL, AccessToken: server.Token(), Observe: usages.Observe})
	if err != nil {
		t.Fatal(err)
	}
	return c, &usages
}

// told is a usage with the window that the server told.
func told(op platform.Op, units, limit, remaining int) platform.Usage {
	return platform.Usage{Op: op, Units: units, Windows: []platform.RateWindow{{Name: "mastodon", Limit: limit, Remaining: remaining}}}
}

// checkUsages compares all but the resets, which must be those of a window of span.
func checkUsages(t *testing.T, usages *platformtest.Usages, span time.Duration, want ...platform.Usage) {
	t.Helper()
	got := usages.Take()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(platform.RateWindow{}, "Reset")); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
	for _, u := range got {
		for _, w := range u.Windows {
			const rounding = 3 * time.Second
			if left := time.Until(w.Reset); left < span-time.Minute || left > span+rounding {
				t.Errorf("%s: the window ends in %v, want %v", u.Op, left, span)
			}
		}
	}
}

func TestAPostTellsItsWindowWhetherItIsTakenOrThrottled(t *testing.T) {
	t.Parallel()
	for _, flavour := range flavours() {
		c, usages := observed(t, startSandbox(t, sandbox.Options{Flavour: flavour, Statuses: 1}))
		mustPost(t, c, platform.Post{Text: "one", Key: "k1"})
		checkUsages(t, usages, 3*time.Hour, told(platform.OpPost, 1, 1, 0))
		_, err := c.Post(t.Context(), platform.Post{Text: "two", Key: "k2"})
		e := platform.AsError(err)
		if e == nil || e.Class != throttle {
			t.Fatalf("%v, want throttled", err)
		}
		seen := usages.Take()
		if diff := cmp.Diff([]platform.Usage{told(platform.OpPost, 0, 1, 0)}, seen, cmpopts.IgnoreFields(platform.RateWindow{}, "Reset")); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", flavour, diff)
		}
		// What the window says and what the engine is told to wait are the same.
		next := platform.NextPermitted(seen[0].Windows)
		if off := time.Until(next) - e.RetryAfter; off > time.Second || off < -time.Minute {
			t.Errorf("%s: permitted at %v, told to wait %v", flavour, next, e.RetryAfter)
		}
	}
}

func TestALookIsReportedPageByPage(t *testing.T) {
	t.Parallel()
	c, usages := observed(t, startSandbox(t, sandbox.Options{Requests: 100, Statuses: 500}))
	for i := range 70 {
		mustPost(t, c, platform.Post{Text: fmt.Sprint("post ", i)})
	}
	usages.Take()
	checkFound(t, c, during("https://pages.example/none", ""), "", true)
	checkUsages(t, usages, 5*time.Minute,
		told(platform.OpReadUser, 1, 100, 29),
		told(platform.OpReadOwned, 40, 100, 28), told(platform.OpReadOwned, 30, 100, 27), told(platform.OpReadOwned, 0, 100, 26))
	if _, err := c.Limits(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkUsages(t, usages, 5*time.Minute, told(platform.OpOther, 0, 100, 25))
}

func TestAVerifyIsAUserRead(t *testing.T) {
	t.Parallel()
	c, usages := observed(t, startSandbox(t, sandbox.Options{Requests: 1}))
	if _, err := c.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkUsages(t, usages, 5*time.Minute, told(platform.OpReadUser, 1, 1, 0))
	if _, err := c.Verify(t.Context()); err == nil {
		t.Fatal("a second one in the window was answered")
	}
	checkUsages(t, usages, 5*time.Minute, told(platform.OpReadUser, 0, 1, 0))
}

// A post that exists was counted, whatever became of the answer.
func TestEveryExchangeIsReportedOnceAndWhatExistsIsCounted(t *testing.T) {
	t.Parallel()
	for _, kind := range sandbox.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			server := startSandbox(t, sandbox.Options{})
			c, usages := observed(t, server)
			f := sandbox.Fault{Kind: kind, For: 50 * time.Millisecond, Status: 502, Body: `<html>`}
			switch kind {
			case sandbox.Documented:
				f.Name = "token-revoked"
			case sandbox.RateLimited:
				f.For = 10 * time.Minute
			case sandbox.RefuseConnection:
				f.For = 0
			}
			if err := server.Script(f); err != nil {
				t.Fatal(err)
			}
			_, err := c.Post(t.Context(), platform.Post{Text: "hello", Key: "k"})
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
		})
	}
}
