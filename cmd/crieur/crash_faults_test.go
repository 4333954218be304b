package main

import (
	"math/rand/v2"
	"strings"
	"time"

	"crieur/internal/sandbox"
)

// shortly is how long a fault lasts that takes time.
const shortly = 40 * time.Millisecond

// createFaults lose, spoil, refuse or delay a post. Each is met once.
var createFaults = []sandbox.Fault{
	{Kind: sandbox.ResetAfter},
	{Kind: sandbox.ResetAfter},
	{Kind: sandbox.Garbage},
	{Kind: sandbox.Cut},
	{Kind: sandbox.TimeoutAfter, For: shortly},
	{Kind: sandbox.AnswerAfter, Status: 503, Body: "<h1>503</h1>"},
	{Kind: sandbox.ResetBefore},
	{Kind: sandbox.GarbageBefore},
	{Kind: sandbox.TimeoutBefore, For: shortly},
	{Kind: sandbox.Documented, Name: "unavailable"},
	{Kind: sandbox.Slow, For: shortly},
	{Kind: sandbox.Slow, For: shortly},
}

// lookFaults spoil a look at the account's own posts.
var lookFaults = []sandbox.Fault{
	{Kind: sandbox.ResetBefore, On: sandbox.OpTimeline},
	{Kind: sandbox.GarbageBefore, On: sandbox.OpTimeline},
	{Kind: sandbox.Cut, On: sandbox.OpTimeline},
	{Kind: sandbox.Documented, Name: "unavailable", On: sandbox.OpTimeline},
	{Kind: sandbox.Slow, For: shortly, On: sandbox.OpTimeline},
}

// uploadFaults spoil the upload of a picture: nothing was posted, whatever became of it.
var uploadFaults = []sandbox.Fault{
	{Kind: sandbox.ResetBefore, On: sandbox.OpUpload},
	{Kind: sandbox.ResetAfter, On: sandbox.OpUpload},
	{Kind: sandbox.Garbage, On: sandbox.OpUpload},
	{Kind: sandbox.Documented, Name: "unavailable", On: sandbox.OpUpload},
	{Kind: sandbox.Slow, For: shortly, On: sandbox.OpUpload},
}

// longFaults stop an account for a second or so: rarely, or nothing else is tried.
var longFaults = []sandbox.Fault{
	{Kind: sandbox.RateLimited, For: time.Second},
	{Kind: sandbox.RateLimited, For: time.Second, On: sandbox.OpTimeline},
}

func (w *crashWorld) servers() []*sandbox.Server {
	return []*sandbox.Server{w.box.X.Server, w.box.Mastodon.Server}
}

// scriptFaults lets the next requests fare badly, about one in two.
func (w *crashWorld) scriptFaults() {
	w.t.Helper()
	for _, s := range w.servers() {
		if len(s.Pending()) > 3 {
			continue
		}
		switch n := rand.IntN(60); {
		case n == 0:
			w.script(s, longFaults[rand.IntN(len(longFaults))])
		case n < 4:
			w.script(s, sandbox.Fault{Kind: sandbox.RefuseConnection, For: shortly})
		case n < 10:
			w.script(s, lookFaults[rand.IntN(len(lookFaults))])
		case n < 16:
			w.script(s, uploadFaults[rand.IntN(len(uploadFaults))])
		case n < 45:
			w.script(s, createFaults[rand.IntN(len(createFaults))])
		}
	}
}

// prepare makes it likely that a failpoint is reached, and tells how long that may take.
func (w *crashWorld) prepare(point string) time.Duration {
	w.t.Helper()
	looks := false
	for _, s := range w.servers() {
		switch {
		case point == "undecided.after":
			w.script(s, sandbox.Fault{Kind: sandbox.ResetBefore}, sandbox.Fault{Kind: sandbox.ResetBefore, On: sandbox.OpTimeline})
			looks = true
		case point == "absent.after":
			w.script(s, sandbox.Fault{Kind: sandbox.ResetBefore})
			looks = true
		case strings.HasPrefix(point, "look."), strings.HasPrefix(point, "move."):
			w.script(s, sandbox.Fault{Kind: sandbox.ResetAfter})
			looks = true
		}
	}
	if looks {
		return 400 * time.Millisecond // two looks
	}
	return 120 * time.Millisecond
}

func (w *crashWorld) script(s *sandbox.Server, faults ...sandbox.Fault) {
	w.t.Helper()
	if err := s.Script(faults...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *crashWorld) clearFaults() {
	w.t.Helper()
	for _, s := range w.servers() {
		if err := s.Clear(); err != nil {
			w.t.Fatal(err)
		}
	}
}
