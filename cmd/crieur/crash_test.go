package main

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"crieur/internal/sandbox"
)

const (
	crashKills    = 500               // unless CRIEUR_KILLS says otherwise
	crashAtLeast  = 200               // on a machine too slow for all of them
	crashWithin   = 110 * time.Second // of killing; CRIEUR_KILLS lifts it
	crashPerWorld = 170               // kills of one outbox: its breaker allows 1,000 attempts an hour
)

// TestCrashPostsEachArticleExactlyOnce kills the real daemon at every failpoint and at
// random instants, against platforms that lose, spoil, refuse and delay, until what is
// left is delivered without faults. Then every article stands there exactly once.
func TestCrashPostsEachArticleExactlyOnce(t *testing.T) {
	want, must, deadline := crashKills, crashAtLeast, time.Now().Add(crashWithin)
	if s := os.Getenv("CRIEUR_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("CRIEUR_KILLS=%q: want a number of kills", s)
		}
		want, must = n, n
		if end, ok := t.Deadline(); ok {
			deadline = end.Add(-time.Minute)
		}
	}
	begun := time.Now()
	points := slices.DeleteFunc(failpoints(t), duringMigration)
	bin := buildWithFailpoints(t)
	sum := killCounts{}
	articles := 0
	// First the one that forgives nothing: it ignores the idempotency key.
	flavours := []sandbox.Flavour{sandbox.GoToSocial, sandbox.Mastodon46, sandbox.Mastodon45}
	for round := 0; sum.total() < want && time.Now().Before(deadline) && !t.Failed(); round++ {
		w := newCrashWorld(t, bin, flavours[round%len(flavours)], points)
		for n := min(crashPerWorld, want-sum.total()); w.kills.total() < n && time.Now().Before(deadline); {
			w.crash()
		}
		w.drain()
		w.check()
		w.close()
		sum.add(w.kills)
		articles += w.enqueued
	}
	t.Logf("%d kills in %s, %d at failpoints; %d articles on two accounts: %v",
		sum.total(), time.Since(begun).Round(time.Second), sum.total()-sum[atRandom], articles, sum)
	if n := sum.total(); n < must {
		t.Errorf("%d kills, want at least %d", n, must)
	}
	for _, name := range points {
		if sum[name] == 0 {
			t.Errorf("failpoint %q never ended the daemon", name)
		}
	}
}

// crash is one life of the daemon: it begins with what the last one left, meets a few
// faults, gets an article or two, and is killed.
func (w *crashWorld) crash() {
	w.t.Helper()
	point, patience := "", time.Duration(rand.IntN(60))*time.Millisecond
	if rand.IntN(3) > 0 {
		point = w.points[rand.IntN(len(w.points))]
		patience = w.prepare(point)
		if w.kills[point] == 0 {
			patience *= 8 // a busy machine is slow to come to it
		}
	}
	w.scriptFaults()
	if rand.IntN(10) == 0 {
		w.enqueueOffline(point)
	}
	d := w.start(point)
	go w.enqueueOnline(d)
	w.kills[d.killedAfter(patience)]++
	<-d.enqueuing
	w.enqueued += d.enqueued
	countsAndVerify(w.t, w.db)
}

// drain lets the daemon work in peace until every delivery has found its ending.
func (w *crashWorld) drain() {
	w.t.Helper()
	w.clearFaults()
	d := w.start("")
	close(d.enqueuing)
	w.awaitAllFinal(d)
	d.end()
}
