package delivery

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOnlyTheDesignsMovesAreLegal holds the table of design §3, with the one move more
// of docs/decisions/0010 (sending -> held), over all pairs of states.
func TestOnlyTheDesignsMovesAreLegal(t *testing.T) {
	legal := map[State]map[State]bool{
		Scheduled: {Sending: true, Cancelled: true, Expired: true},
		Sending:   {Delivered: true, Scheduled: true, Unknown: true, Held: true, Dead: true},
		Unknown:   {Delivered: true, Scheduled: true, Held: true},
		Held:      {Scheduled: true, Delivered: true, Dead: true},
	}
	states := append(States(), "", "SENDING", "lost")
	for _, from := range states {
		for _, to := range states {
			err := Move(from, to)
			if got, want := err == nil, legal[from][to]; got != want {
				t.Errorf("Move(%q, %q) legal: %v, want %v", from, to, got, want)
			}
			if err != nil && (!strings.Contains(err.Error(), `"`+string(from)+`"`) || !strings.Contains(err.Error(), `"`+string(to)+`"`)) {
				t.Errorf("Move(%q, %q): error does not name both states: %v", from, to, err)
			}
		}
	}
}

func TestFinalStatesHaveNoWayOut(t *testing.T) {
	got := map[State]bool{}
	for _, s := range States() {
		got[s] = s.Final()
	}
	want := map[State]bool{
		Scheduled: false, Sending: false, Unknown: false, Held: false,
		Delivered: true, Dead: true, Cancelled: true, Expired: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("final states (-want +got):\n%s", diff)
	}
}

// TestEveryStateIsReachable guards against a state that nothing leads to.
func TestEveryStateIsReachable(t *testing.T) {
	reached := map[State]bool{Scheduled: true}
	for range States() {
		for _, from := range States() {
			for _, to := range States() {
				if reached[from] && Move(from, to) == nil {
					reached[to] = true
				}
			}
		}
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("%q cannot be reached from %q", s, Scheduled)
		}
	}
}

func TestParseStateTakesExactlyTheStates(t *testing.T) {
	for _, s := range States() {
		if got, err := ParseState(string(s)); err != nil || got != s {
			t.Errorf("ParseState(%q) = %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "Held", "held ", "gone"} {
		if got, err := ParseState(s); err == nil {
			t.Errorf("ParseState(%q) = %q, want an error", s, got)
		} else if !strings.Contains(err.Error(), string(Cancelled)) {
			t.Errorf("ParseState(%q): the error does not list the states: %v", s, err)
		}
	}
}

func TestClassesAreDistinct(t *testing.T) {
	seen := map[Class]bool{}
	for _, c := range Classes() {
		if c == "" || seen[c] {
			t.Errorf("class %q is empty or listed twice", c)
		}
		seen[c] = true
	}
	if len(seen) != 7 {
		t.Errorf("%d classes, the design has 7", len(seen))
	}
}
