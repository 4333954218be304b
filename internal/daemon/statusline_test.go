package daemon

import (
	"testing"
	"time"

	"crieur/internal/dispatch"
)

func TestTheStatusLineTellsTroubleThenWhatWaits(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 27, 8, 30, 0, 0, time.UTC)
	next := func(after time.Duration) *dispatch.NextDelivery {
		return &dispatch.NextDelivery{Delivery: "1", At: at.Add(after)}
	}
	running := dispatch.AccountStatus{Name: "x-main", State: dispatch.StateRunning}
	for want, st := range map[string]dispatch.Status{
		"nothing queued": {Ready: true, Accounts: []dispatch.AccountStatus{running}},
		"5 queued, the next goes Fri 27 Nov 09:30 CET on fedi": {Ready: true, Accounts: []dispatch.AccountStatus{
			{Name: "x-main", State: dispatch.StateRunning, Queued: 2, Next: next(time.Hour)},
			{Name: "fedi", State: dispatch.StateRunning, Queued: 3, Next: next(0)},
		}},
		"x-main is stopped; 2 held; 4 queued": {
			Ready: true, Accounts: []dispatch.AccountStatus{{Name: "x-main", State: dispatch.StateStopped, Queued: 4}},
			Counts: map[string]int{"held": 2},
		},
		"account x-main: the outbox: no space left; nothing queued": {NotReady: []string{"account x-main: the outbox: no space left"}, Accounts: []dispatch.AccountStatus{running}},
	} {
		if got := statusLine(st, zone); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
