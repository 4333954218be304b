package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// faultCase is what a fault does on the wire and to the stored state of a create.
type faultCase struct {
	name   string
	fault  Fault
	stored bool
	wire   func(*testing.T, answer, error)
	logged int // status in the record; -1: the platform's success
}

func faultCases() []faultCase {
	fails := func(want error) func(*testing.T, answer, error) {
		return func(t *testing.T, a answer, err error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("got %v %v, want %v", a, err, want)
			}
		}
	}
	timesOut := func(t *testing.T, a answer, err error) {
		t.Helper()
		if !os.IsTimeout(err) {
			t.Errorf("got %v %v, want a time-out", a, err)
		}
	}
	says := func(status int, body string) func(*testing.T, answer, error) {
		return func(t *testing.T, a answer, err error) {
			t.Helper()
			if err != nil || status > 0 && a.Status != status || !strings.Contains(a.Body, body) {
				t.Errorf("got %v %v, want %d %s", a, err, status, body)
			}
		}
	}
	return []faultCase{
		{"answer", Fault{Kind: Answer, Status: 418, Body: "tea", Header: map[string]string{"Retry-After": "300"}}, false,
			func(t *testing.T, a answer, err error) {
				says(418, "tea")(t, a, err)
				equal(t, "300", a.Header.Get("Retry-After"))
			}, 418},
		{"answer after", Fault{Kind: AnswerAfter, Status: 500, Body: "oops"}, true, says(500, "oops"), 500},
		{"documented", Fault{Kind: Documented, Name: "unavailable"}, false, says(503, "try again"), 503},
		{"rate limited", Fault{Kind: RateLimited, For: time.Hour}, false, says(429, ""), 429},
		{"reset before", Fault{Kind: ResetBefore}, false, fails(syscall.ECONNRESET), 0},
		{"reset after", Fault{Kind: ResetAfter}, true, fails(syscall.ECONNRESET), 0},
		{"time out before", Fault{Kind: TimeoutBefore}, false, timesOut, 0},
		{"time out after", Fault{Kind: TimeoutAfter}, true, timesOut, 0},
		{"time out, bounded", Fault{Kind: TimeoutAfter, For: 20 * time.Millisecond}, true, fails(io.EOF), 0},
		{"garbage before", Fault{Kind: GarbageBefore}, false, says(200, "<html>"), 200},
		{"garbage", Fault{Kind: Garbage}, true, says(-1, "<html>"), -1},
		{"cut", Fault{Kind: Cut}, true, fails(io.ErrUnexpectedEOF), -1},
		{"slow", Fault{Kind: Slow, For: 60 * time.Millisecond}, true, says(-1, `"id":"`), -1},
		{"drop", Fault{Kind: Drop}, false, says(-1, `"id":"`), -1},
	}
}

func TestEveryFaultDoesWhatItsNameSays(t *testing.T) {
	kinds := map[Kind]bool{RefuseConnection: true} // has tests of its own
	s := start(t, Options{})
	for _, c := range faultCases() {
		kinds[c.fault.Kind] = true
		if c.fault.Name != "" {
			continue // the platforms' words differ; see below
		}
		t.Run("x "+c.name, func(t *testing.T) { c.meet(t, s.X.Server, signer(t, s.X), tweet(t, s.X, "x "+c.name), 201) })
	}
	for _, c := range faultCases() {
		t.Run("mastodon "+c.name, func(t *testing.T) {
			c.meet(t, s.Mastodon.Server, freshClient(t), tootRequest(t, s.Mastodon, "m "+c.name), 200)
		})
	}
	for _, k := range Kinds() {
		if !kinds[k] {
			t.Errorf("no case for %s", k)
		}
	}
}

func (c faultCase) meet(t *testing.T, s *Server, hc *http.Client, r *http.Request, success int) {
	must(t, s.Reset())
	must(t, s.Script(c.fault))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if c.fault.Kind == TimeoutAfter || c.fault.Kind == TimeoutBefore {
		hc.Timeout = 300 * time.Millisecond
	}
	a, err := try(hc, r.WithContext(ctx))
	c.wire(t, a, err)
	equal(t, c.stored, len(s.Posts()) == 1)
	status := c.logged
	if status < 0 {
		status = success
	}
	for deadline := time.Now().Add(time.Second); s.Requests()[0].Status != status; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("recorded %+v, want status %d", s.Requests(), status)
		}
	}
	got := s.Requests()[0]
	equal(t, Request{N: 1, At: got.At, Op: OpCreate, Method: "POST", Path: r.URL.Path, Text: got.Text, Fault: c.fault.Kind, Status: status, PostID: got.PostID}, got)
	equal(t, c.stored, got.PostID != "")
	equal(t, 1, s.Creates()[got.Text])
	equal(t, 0, len(s.Pending()))
}

func TestASlowAnswerDripsOverItsWholeTime(t *testing.T) {
	s := start(t, Options{})
	must(t, s.X.Script(Fault{Kind: Slow, For: 200 * time.Millisecond}))
	began := time.Now()
	a := send(t, signer(t, s.X), tweet(t, s.X, "slowly"))
	if took := time.Since(began); took < 180*time.Millisecond || took > 3*time.Second {
		t.Errorf("took %s", took)
	}
	equal(t, s.X.Posts()[0].ID, a.field(t, "data", "id"))
}

func TestARateLimitNamesItsResetInThePlatformsDialect(t *testing.T) {
	s := start(t, Options{})
	want := time.Now().Add(time.Hour)
	must(t, s.X.Script(Fault{Kind: RateLimited, For: time.Hour}))
	must(t, s.Mastodon.Script(Fault{Kind: RateLimited, For: time.Hour}))
	a := send(t, signer(t, s.X), tweet(t, s.X, "x"))
	near(t, want, unix(t, a.Header.Get("x-rate-limit-reset")))
	equal(t, "0", a.Header.Get("x-rate-limit-remaining"))
	b := send(t, freshClient(t), tootRequest(t, s.Mastodon, "m"))
	reset, err := time.Parse("2006-01-02T15:04:05.000000Z", b.Header.Get("X-RateLimit-Reset"))
	must(t, err)
	near(t, want, reset)
	equal(t, "0", b.Header.Get("X-RateLimit-Remaining"))
	equal(t, "", b.Header.Get("Retry-After"))
}

func near(t *testing.T, want, got time.Time) {
	t.Helper()
	if d := got.Sub(want).Abs(); d > 5*time.Second {
		t.Errorf("%s is %s away from %s", got, d, want)
	}
}
