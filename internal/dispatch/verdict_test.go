package dispatch

import (
	"fmt"
	"strings"
	"testing"

	"crieur/internal/webhook"
)

// The page, the command, systemd's line and the heartbeat say the same.
func TestTheVerdictNamesTheWorstFirst(t *testing.T) {
	with := func(change func(*Status), states ...string) Status {
		s := Status{Ready: true, Counts: map[string]int{}}
		for i, st := range states {
			s.Accounts = append(s.Accounts, AccountStatus{Name: fmt.Sprintf("a%d", i), Platform: "x", State: st})
		}
		if change != nil {
			change(&s)
		}
		return s
	}
	for what, row := range map[string]struct {
		s    Status
		died int
		want string
	}{
		"well":                 {with(nil, "running", "running"), 0, "good All is well: "},
		"waiting":              {with(nil, "running", "waiting"), 0, "warn Waiting: a1 is waiting"},
		"paused":               {with(nil, "paused", "waiting"), 0, "warn Have a look: a0 is paused, a1 is waiting"},
		"stopped":              {with(nil, "waiting", "stopped"), 0, "bad Needs you: a1 is stopped, a0 is waiting"},
		"held":                 {with(func(s *Status) { s.Counts["held"] = 2 }, "running"), 0, "bad Needs you: 2 held"},
		"dead":                 {with(nil, "running"), 1, "warn Have a look: 1 died lately"},
		"a login":              {with(func(s *Status) { s.Accounts[0].VerifyError = "auth: 401" }, "running"), 0, "warn Have a look: the login of a0 is not confirmed"},
		"a login that stopped": {with(func(s *Status) { s.Accounts[0].VerifyError = "auth: 401" }, "stopped"), 0, "bad Needs you: a0 is stopped"},
		"a webhook":            {with(func(s *Status) { s.Webhooks = []webhook.Status{{Host: "https://h", Stopped: true}} }, "running"), 0, "warn Have a look: webhook https://h takes no receipts"},
		"pages":                {with(func(s *Status) { s.ExportError = "folder of pages: read-only file system" }, "stopped"), 0, "bad Needs you: pages are not written to pages.export_dir, a0 is stopped"},
		"not ready":            {with(func(s *Status) { s.Ready, s.NotReady = false, []string{"account a0: the outbox: disk full"} }, "running"), 0, "bad Needs you: account a0: the outbox: disk full"},
		"an older daemon":      {with(func(s *Status) { s.Ready = false }, "running"), 0, "bad Needs you: not ready"},
	} {
		v := row.s.Verdict(row.died)
		if got := string(v.Tone) + " " + v.Word + ": " + strings.Join(v.Why, ", "); got != row.want {
			t.Errorf("%s: %q, want %q", what, got, row.want)
		}
	}
}

func TestWhyIsTheReasonWithoutItsCommand(t *testing.T) {
	for reason, want := range map[string]string{
		wayOut("auth: the token was revoked", "x-main"): "auth: the token was revoked",
		pausedReason("x-main"):                          "paused by an operator",
		wayOut("auth: gone", "another"):                 wayOut("auth: gone", "another"),
		"the platform takes no post before noon":        "the platform takes no post before noon",
	} {
		if got := (AccountStatus{Name: "x-main", Reason: reason}).Why(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
