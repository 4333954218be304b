package platformtest

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// Post sends one post of an adapter to a server; transport nil: the adapter's own.
type Post func(ctx context.Context, url string, transport http.RoundTripper) error

// BreakEverywhere breaks the exchange of one post at every byte, of the request and of
// the answer, with an end and with a reset, on fresh connections and on kept ones, and
// demands: never two requests for one post, and never an error that allows another.
func BreakEverywhere(t *testing.T, good Good, post Post) {
	for _, kept := range []bool{false, true} {
		for _, reset := range []bool{false, true} {
			for _, half := range []string{"request", "answer"} {
				t.Run(fmt.Sprintf("%s, kept %v, reset %v", half, kept, reset), func(t *testing.T) {
					t.Parallel()
					breakHalf(t, StartBreaker(t, good), post, half == "request", kept, reset)
				})
			}
		}
	}
}

func breakHalf(t *testing.T, b *Breaker, post Post, request, kept, reset bool) {
	transport := platform.NewTransport()
	transport.DisableKeepAlives = !kept
	defer transport.CloseIdleConnections()
	well := func() {
		b.Arm(nil)
		if err := post(t.Context(), b.URL, transport); err != nil {
			t.Fatalf("nothing was broken: %v", err)
		}
	}
	well()
	bytes := b.AnswerSize()
	if request {
		bytes = b.RequestSize()
	}
	for n := range bytes {
		plan := &Break{Request: Whole, Answer: n, Reset: reset}
		if request {
			plan = &Break{Request: n, Reset: reset}
		}
		if kept {
			well() // leaves a connection to be broken when it is used again
		}
		b.Arm(plan)
		if kept && request && n == 0 {
			b.Hang()
		}
		e := platform.AsError(post(t.Context(), b.URL, transport))
		got := b.Arrived()
		// A reset while connecting is the one break after which nothing can have arrived.
		unborn := request && n == 0 && got.Begun == 0 && e != nil && e.Class == delivery.Refused
		if e == nil || e.Class != delivery.Ambiguous && !unborn {
			t.Errorf("after %d of %d bytes: %v, want ambiguous", n, bytes, e)
		}
		if got.Begun > 1 || got.Dialled > 1 {
			t.Errorf("after %d of %d bytes: more than one request for one post: %+v", n, bytes, got)
		}
		if !request && got.Whole != 1 {
			t.Errorf("after %d of %d bytes of the answer: %d requests had arrived", n, bytes, got.Whole)
		}
	}
	if b.Arm(&Break{Request: Whole, Answer: Whole, Reset: true}); !request {
		// An answer that came whole, and a reset right behind it: either is true, twice is not.
		if e := platform.AsError(post(t.Context(), b.URL, transport)); e != nil && e.Class != delivery.Ambiguous || b.Arrived().Begun != 1 {
			t.Errorf("a reset after the answer: %v, %+v", e, b.Arrived())
		}
	}
}
