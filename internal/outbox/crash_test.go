package outbox

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/delivery"
)

// work enqueues, claims and settles for ever and says on standard output what it
// was told is stored: "<delivery ID> <state> <attempts>".
func work(path string) {
	o, err := Open(path, Options{LockTimeout: 10 * time.Second})
	fatal(err)
	said := func(d delivery.Delivery, err error) delivery.Delivery {
		fatal(err)
		fmt.Println(d.ID, d.State, len(d.Attempts))
		return d
	}
	for i := os.Getpid() * 1_000_000; ; i++ {
		es, err := o.Enqueue(time.Now(), []NewArticle{fresh(2*i, "masto", "x"), fresh(2*i+1, "masto")})
		fatal(err)
		for _, e := range es {
			for _, d := range e.Deliveries {
				said(d, nil)
			}
		}
		d, ok, err := o.NextDue("masto", time.Now())
		fatal(err)
		if !ok {
			continue
		}
		d = said(o.Claim(d.ID, time.Now(), Terms{Compose: compose}))
		out := []Outcome{delivered("1"), refused(time.Now()), ambiguous()}[i%3]
		said(o.Settle(d.ID, d.Attempts[len(d.Attempts)-1].N, time.Now(), out))
	}
}

func fatal(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestNothingAcknowledgedIsLostByKill kills the writer at random, again and again
// on the same file.
func TestNothingAcknowledgedIsLostByKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outbox.db")
	acknowledged := map[string]string{} // the last word on each delivery
	words := 0
	for round := range 25 {
		for _, line := range runAndKill(t, path, time.Duration(rand.IntN(40_000))*time.Microsecond) {
			words++
			id, rest, _ := strings.Cut(line, " ")
			acknowledged[id] = rest
		}
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			continue // killed before it was created
		}
		o, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := o.Verify(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for id, want := range acknowledged {
			checkNotLost(t, o, id, want)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if words < 100 {
		t.Errorf("only %d acknowledgements: the test saw too little", words)
	}
}

// checkNotLost: a delivery is where it was acknowledged, or further on, because the
// process was killed between the disk and its word.
func checkNotLost(t *testing.T, o *Outbox, id, want string) {
	t.Helper()
	d, err := o.Delivery(id)
	if err != nil {
		t.Fatalf("%s was acknowledged (%s): %v", id, want, err)
	}
	var state delivery.State
	var attempts int
	if _, err := fmt.Sscan(want, &state, &attempts); err != nil {
		t.Fatalf("%q: %v", want, err)
	}
	settledSince := state == delivery.Sending && d.State != delivery.Sending && len(d.Attempts) == attempts
	claimedSince := state == delivery.Scheduled && len(d.Attempts) == attempts+1
	// Two lives, each killed before its word: one had settled it, the next claimed it again.
	bothSince := state == delivery.Sending && d.State == delivery.Sending && len(d.Attempts) == attempts+1
	if d.State == state && len(d.Attempts) == attempts || settledSince || claimedSince || bothSince {
		return
	}
	t.Errorf("%s was acknowledged %s, is %s with %d attempts", id, want, d.State, len(d.Attempts))
}

// runAndKill lets a child work, kills it some time after its first word, and returns
// its whole lines.
func runAndKill(t *testing.T, path string, after time.Duration) (lines []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			break // also a line cut off by the kill, which is no word at all
		}
		if lines = append(lines, strings.TrimSpace(line)); len(lines) == 1 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return lines
}
