package alert

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var (
	unwritten = Message{Kind: "export", Text: "pages are not written"}
	written   = Message{Kind: "export", Text: "they are written again", Over: true}
)

// goingOn sends a state as whoever meets it does: every half minute.
func goingOn(n *Notifier, d time.Duration) {
	for range d / (30 * time.Second) {
		n.Send(unwritten)
		time.Sleep(30 * time.Second)
	}
}

// The silence of a long outage has grown to hours. It is that of what goes on, not of
// what comes after its end.
func TestAnOutageAfterOneThatIsOverIsToldSoonAndSoIsItsEnd(t *testing.T) {
	for calm, want := range map[time.Duration]string{
		time.Minute:          "export: and 1 more since ",
		quiet - time.Second:  "export: and 1 more since ",
		quiet:                "export: pages are not written",
		quiet + time.Second:  "export: pages are not written",
		90 * time.Minute:     "export: pages are not written",
		maxQuiet + time.Hour: "export: pages are not written",
	} {
		t.Run(calm.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, s, _, stop := mustNotify(t, nil, ntfy)
				defer stop()
				goingOn(n, 12*time.Hour)
				n.Send(written)
				time.Sleep(calm)
				before := len(s.got(ntfy))
				n.Send(unwritten) // once, as a stopped account does
				time.Sleep(groupWindow + time.Second)
				if got := s.got(ntfy)[before:]; len(got) != 1 || !strings.HasPrefix(got[0].Text, want) {
					t.Fatalf("within %v of the second outage: %+v, want %q", groupWindow, got, want)
				}
				time.Sleep(quiet)
				n.Send(written)
				time.Sleep(groupWindow + time.Second)
				if got := s.got(ntfy)[before+1:]; len(got) != 1 || !strings.HasPrefix(got[0].Text, "recovered (export)") {
					t.Errorf("after its end: %+v", got)
				}
			})
		})
	}
}

// The ends have a silence of their own, which flapping lets grow as well.
func TestAfterFlappingAnOutageAndItsEndAreToldSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		defer stop()
		for range 4 * 60 {
			n.Send(down)
			time.Sleep(30 * time.Second)
			n.Send(up)
			time.Sleep(30 * time.Second)
		}
		time.Sleep(time.Hour)
		before := len(s.got(ntfy))
		n.Send(down)
		time.Sleep(5 * time.Minute)
		n.Send(up)
		time.Sleep(time.Minute)
		var got []string
		for _, p := range s.got(ntfy)[before:] {
			got = append(got, p.Text)
		}
		if len(got) != 2 || !strings.HasPrefix(got[0], "stopped on x-main: the login") || !strings.HasPrefix(got[1], "recovered (stopped)") {
			t.Errorf("told %q, want the outage and its end", got)
		}
	})
}

// Outages that come back before the calm is worth the name are told more and more rarely,
// long ones too.
func TestLongOutagesWithShortPausesDoNotFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s, _, stop := mustNotify(t, nil, ntfy)
		defer stop()
		for range 48 { // 24 h
			goingOn(n, 25*time.Minute)
			n.Send(written)
			time.Sleep(5 * time.Minute)
		}
		if got := s.got(ntfy); len(got) > 30 {
			t.Errorf("%d messages a day", len(got))
		}
	})
}
