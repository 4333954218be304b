package dispatch

import (
	"testing"
	"time"
)

// TestModelPlansThatOnceBroke keeps the reduced counterexamples to engines that were
// wrong in one place each.
func TestModelPlansThatOnceBroke(t *testing.T) {
	one := step{Kind: "enqueue"}
	for name, p := range map[string]plan{
		// to one that sends again what a crash left in flight
		"crash after both accepted": {
			Steps: []step{one, {Kind: "after", Account: "a", For: time.Minute}, {Kind: "run", For: time.Second}, {Kind: "crash"}},
		},
		"crash between acceptance and look": {
			FatesB: []fate{{Kind: "accept and lose the answer", Takes: 20 * time.Second}},
			Steps:  []step{one, {Kind: "run", For: 10 * time.Second}, {Kind: "crash"}, {Kind: "look", Account: "b", For: 5 * time.Minute}},
		},
		// to one that takes an unclear answer for a refusal
		"answers lost on both": {
			FatesA: []fate{{Kind: "accept and lose the answer"}}, FatesB: []fate{{Kind: "accept and lose the answer"}},
			Steps: []step{one, {Kind: "restart"}},
		},
		// to one that is content with the first absence
		"hidden from the first look": {
			Lag:    70 * time.Second,
			FatesA: []fate{{Kind: "accept and lose the answer"}}, FatesB: []fate{{Kind: "accept and lose the answer"}},
			Steps: []step{one},
		},
		// to a model that resumed before the refusal had arrived
		"refused login under way while a crash is": {
			FatesB: []fate{{Kind: "accept", Takes: 13 * time.Second}, {Kind: "auth", Takes: 2 * time.Second}},
			Steps:  []step{one, one, {Kind: "after", Account: "b", For: time.Minute}, {Kind: "run", For: 63 * time.Second}, {Kind: "crash"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := p.play(t); err != nil {
				t.Error(err)
			}
		})
	}
}
