package alert

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCloseSendsWhatWaitsAndTakesNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		n.Send(Message{Kind: "held", Account: "x-main", Text: "told"})
		time.Sleep(time.Minute)
		n.Send(Message{Kind: "held", Account: "x-main", Text: "in silence"})
		n.Send(Message{Kind: "dead", Account: "x-main", Text: "within the group"})
		n.Close()
		n.Send(Message{Kind: "dead", Account: "fedi", Text: "too late"})
		n.Close()
		stop()
		want := []post{
			{5 * time.Second, "crieur news.example: held on x-main", "held on x-main: told"},
			{time.Minute, "crieur news.example: 2 alerts",
				"held on x-main: and 1 more since 00:00 UTC, the latest: in silence\ndead on x-main: within the group"},
		}
		if diff := cmp.Diff(want, s.got(ntfy)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestTheEndOfTheContextSendsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		synctest.Wait()
		n.Send(Message{Kind: "held", Text: "x"})
		stop()
		want := []post{{0, "crieur news.example: held", "held: x"}}
		if diff := cmp.Diff(want, s.got(ntfy)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		n.Send(Message{Kind: "held", Text: "too late"})
		n.Close()
	})
}

func TestShutdownWaitsFiveSecondsForADeadService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		n, s, log, _ := mustNotify(t, func(url string) error {
			if url == ntfy {
				<-release
			}
			return nil
		}, ntfy, mail)
		synctest.Wait()
		n.Send(Message{Kind: "held", Text: "x"})
		start := time.Now()
		n.Close()
		if took := time.Since(start); took != drainTimeout {
			t.Errorf("Close took %v, want %v", took, drainTimeout)
		}
		if len(s.got(mail)) != 1 {
			t.Errorf("the service that lives got %v", s.got(mail))
		}
		if !strings.Contains(log.String(), "alert not delivered: shutting down") || strings.Contains(log.String(), "s3cr3t") {
			t.Errorf("log:\n%s", log)
		}
	})
}

func TestShutdownDuringTheWaitForTheRetryTriesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, func(string) error { return errors.New("503 Service Unavailable") }, ntfy)
		n.Send(Message{Kind: "held", Text: "x"})
		time.Sleep(20 * time.Second)
		stop()
		got := s.got(ntfy)
		if len(got) != 2 || got[1].After != 20*time.Second {
			t.Errorf("attempts: %v", got)
		}
	})
}

func TestCloseWithoutRunReturns(t *testing.T) {
	s := &services{start: time.Now(), posts: map[string][]post{}}
	n, err := New(Options{Places: to(ntfy), Transport: s.open})
	if err != nil {
		t.Fatal(err)
	}
	n.Send(Message{Kind: "held"})
	n.Close()
	n.Run(t.Context()) // closed: returns
	if len(s.got(ntfy)) != 0 {
		t.Error("sent after Close")
	}
}

func TestSendNeverBlocksWhateverIsClosed(t *testing.T) {
	n, _, _, stop := mustNotify(t, nil, ntfy)
	done := make(chan struct{})
	for g := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 500 {
				n.Send(Message{Kind: fmt.Sprint(g), Text: fmt.Sprint(i)})
			}
		}()
	}
	go n.Close()
	for range 4 {
		<-done
	}
	n.Close()
	stop()
}
