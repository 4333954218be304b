package status

import (
	"strings"

	"crieur/internal/dispatch"
)

// verdict says at a glance whether all is well, and if not why.
type verdict struct {
	Tone string // "good", "warn": it goes on by itself or somebody wanted it so, "bad": a person must act
	Word string
	Why  []string
}

// judge weighs what waits for a person, and accounts that wait by themselves.
func judge(s dispatch.Status, needs []need, dead int, next *moment) verdict {
	var bad, warn []string
	for _, n := range needs {
		if n.Kind == "held" || n.Kind == "dead" { // told together, by number
			continue
		}
		text := n.Title + " is " + n.Kind
		switch {
		case n.Kind == "not ready":
			text = "not ready"
		case strings.HasPrefix(n.Kind, "webhook"):
			text = "webhook " + n.Title + " takes no receipts"
		}
		if n.Tone == "bad" {
			bad = append(bad, text)
		} else {
			warn = append(warn, text)
		}
	}
	if n := s.Counts["held"]; n > 0 {
		bad = append(bad, counted(n, "delivery is held for a person", "deliveries are held for a person"))
	}
	if dead > 0 {
		warn = append(warn, counted(dead, "delivery died lately", "deliveries died lately"))
	}
	for _, a := range s.Accounts {
		if a.State == dispatch.StateWaiting {
			warn = append(warn, a.Name+" is waiting")
		}
	}
	switch {
	case len(bad) > 0:
		return verdict{"bad", "Needs you", append(bad, warn...)}
	case len(warn) > 0 && len(needs) > 0:
		return verdict{"warn", "Have a look", warn}
	case len(warn) > 0:
		return verdict{"warn", "Waiting", warn}
	}
	why := "nothing is planned"
	if next != nil {
		why = "next post " + next.Rel
	}
	return verdict{"good", "All is well", []string{why}}
}
