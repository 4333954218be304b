package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// TestKillNineAtAnyMomentPostsEachArticleExactlyOnce kills the real daemon with SIGKILL at
// random moments, then lets it work until 1,000 deliveries have found their ending.
func TestKillNineAtAnyMomentPostsEachArticleExactlyOnce(t *testing.T) {
	const articles = 500 // for two accounts each
	box, err := sandbox.Start(sandbox.Options{XCreates: 10_000, Statuses: 10_000, Requests: 100_000, XReads: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "outbox.db")
	fill(t, db, articles, time.Time{})

	const kills = 40
	for i := range kills {
		// Every fourth time during the start, else while it posts.
		killAfter(t, dir, i%4 != 0, time.Duration(rand.IntN(60))*time.Millisecond)
		countsAndVerify(t, db)
	}
	var c outbox.Counts
	for deadline := time.Now().Add(10 * time.Minute); c[delivery.Delivered]+c[delivery.Held] < 2*articles; {
		if time.Now().After(deadline) {
			t.Fatalf("deliveries are still waiting: %v", c)
		}
		killAfter(t, dir, true, 3*time.Second)
		c = countsAndVerify(t, db)
	}
	t.Logf("%d kills; %d delivered, %d held", kills, c[delivery.Delivered], c[delivery.Held])
	if c[delivery.Delivered] != 2*articles {
		t.Errorf("not everything was delivered: %v", c)
	}
	for name, posts := range map[string][]sandbox.Post{"x": box.X.Posts(), "mastodon": box.Mastodon.Posts()} {
		times := map[string]int{}
		for _, p := range posts {
			times[p.Text]++
		}
		for text, n := range times {
			if n != 1 {
				t.Errorf("%s has %d times %q", name, n, text)
			}
		}
		if len(times) != articles {
			t.Errorf("%s has %d of %d articles", name, len(times), articles)
		}
	}
	checkReceipts(t, db, box)
}

// killAfter runs the daemon and kills it, counting from the start of the process or
// from when it answers. The test binary is also crieur (see TestMain).
func killAfter(t *testing.T, dir string, answering bool, wait time.Duration) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := &exec.Cmd{Path: self, Args: []string{"crieur", "run"}, Dir: dir, Stderr: new(limitedBuffer)}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	socket := filepath.Join(dir, "control.sock")
	for deadline := time.Now().Add(20 * time.Second); answering && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if _, err := control.Dial(t.Context(), socket); err == nil {
			break
		}
	}
	select {
	case err := <-ended:
		t.Fatalf("the daemon ended by itself: %v\n%s", err, cmd.Stderr)
	case <-time.After(wait):
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Fatal("the daemon ended with success although it was killed")
	}
}

func closeBox(t *testing.T, box *sandbox.Sandbox) {
	t.Helper()
	if err := box.Close(); err != nil {
		t.Error(err)
	}
}

// limitedBuffer keeps the first part of a log, enough to see why a daemon did not start.
type limitedBuffer struct{ b []byte }

func (l *limitedBuffer) Write(p []byte) (int, error) {
	if room := 64<<10 - len(l.b); room > 0 {
		l.b = append(l.b, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (l *limitedBuffer) String() string { return string(l.b) }

func countsAndVerify(t *testing.T, db string) outbox.Counts {
	t.Helper()
	ob, err := outbox.Open(db, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := ob.Verify(); err != nil {
		t.Fatal(err)
	}
	c, err := ob.Counts("")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// checkReceipts holds the receipts against what the platforms have.
func checkReceipts(t *testing.T, db string, box *sandbox.Sandbox) {
	t.Helper()
	have := map[string]string{} // platform and post ID -> text
	for _, p := range box.X.Posts() {
		have["x "+p.ID] = p.Text
	}
	for _, p := range box.Mastodon.Posts() {
		have["mastodon "+p.ID] = p.Text
	}
	ob, err := outbox.Open(db, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	}()
	err = ob.List(outbox.Filter{State: delivery.Delivered}, func(d delivery.Delivery, _ outbox.Article) bool {
		if text, ok := have[d.Platform+" "+d.Receipt.PostID]; !ok || text != d.Text {
			t.Errorf("delivery %s: receipt %q, but the platform has %q there (found: %v)", d.ID, d.Receipt.PostID, text, ok)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
}
