package dispatch

import (
	"fmt"

	"crieur/internal/delivery"
)

// Verdict says at a glance whether all is well, and if not why.
type Verdict struct {
	Tone Tone
	Word string
	Why  []string // what a person must see to first
}

// Tone is how much a verdict asks of a person.
type Tone string

// The tones.
const (
	ToneGood Tone = "good"
	ToneWarn Tone = "warn" // it goes on by itself, or somebody wanted it so
	ToneBad  Tone = "bad"  // a person must act
)

// Verdict is the one judgement of the status page, of "crieur status", of systemd's status
// line and of the heartbeat. died is how many deliveries died lately: how lately is for
// who looks at them.
func (s Status) Verdict(died int) Verdict {
	var bad, warn []string
	waitsOnly := true
	bad = append(bad, s.NotReady...)
	if !s.Ready && len(s.NotReady) == 0 { // of a daemon that does not tell why
		bad = append(bad, "not ready")
	}
	if s.ExportError != "" { // new posts lead to pages that a web server does not have
		bad = append(bad, "pages are not written to pages.export_dir")
	}
	for _, a := range s.Accounts {
		text := a.Name + " is " + a.State
		switch a.State {
		case StateStopped:
			bad = append(bad, text)
		case StatePaused:
			warn, waitsOnly = append(warn, text), false
		case StateWaiting:
			warn = append(warn, text)
		}
		if a.VerifyError != "" && a.State != StateStopped {
			warn, waitsOnly = append(warn, "the login of "+a.Name+" is not confirmed"), false
		}
	}
	if n := s.Counts[string(delivery.Held)]; n > 0 {
		bad = append(bad, fmt.Sprintf("%d held", n))
	}
	if died > 0 {
		warn, waitsOnly = append(warn, fmt.Sprintf("%d died lately", died)), false
	}
	for _, h := range s.Webhooks {
		if h.Error != "" || h.Stopped {
			warn, waitsOnly = append(warn, "webhook "+h.Host+" takes no receipts"), false
		}
	}
	switch {
	case len(bad) > 0:
		return Verdict{ToneBad, "Needs you", append(bad, warn...)}
	case len(warn) == 0:
		return Verdict{ToneGood, "All is well", nil}
	case waitsOnly:
		return Verdict{ToneWarn, "Waiting", warn}
	}
	return Verdict{ToneWarn, "Have a look", warn}
}
