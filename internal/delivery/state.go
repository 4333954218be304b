package delivery

import (
	"fmt"
	"slices"
)

// State is where a delivery stands.
type State string

// The closed set of states (design §3).
const (
	Scheduled State = "scheduled"
	Sending   State = "sending"
	Unknown   State = "unknown"
	Held      State = "held"
	Delivered State = "delivered"
	Dead      State = "dead"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// States lists every state, in the order in which people read them.
func States() []State {
	return []State{Scheduled, Sending, Unknown, Held, Delivered, Dead, Cancelled, Expired}
}

// next returns the legal moves; nothing else is legal. Beyond the design's table,
// sending -> held is for what was found out between claim and request, when nothing was
// sent (docs/decisions/0010).
func next(from State) []State {
	switch from {
	case Scheduled:
		return []State{Sending, Cancelled, Expired}
	case Sending:
		return []State{Delivered, Scheduled, Unknown, Held, Dead}
	case Unknown:
		return []State{Delivered, Scheduled, Held}
	case Held:
		return []State{Scheduled, Delivered, Dead}
	case Delivered, Dead, Cancelled, Expired:
	}
	return nil
}

// Final tells whether nothing more happens to a delivery in this state.
func (s State) Final() bool { return len(next(s)) == 0 }

// Move returns an error naming both states unless from -> to is legal.
func Move(from, to State) error {
	if slices.Contains(next(from), to) {
		return nil
	}
	return fmt.Errorf("a delivery cannot go from %q to %q (from there: %v)", from, to, next(from))
}

// ParseState reads a state as operators write it.
func ParseState(s string) (State, error) {
	if slices.Contains(States(), State(s)) {
		return State(s), nil
	}
	return "", fmt.Errorf("state %q is unknown: want one of %v", s, States())
}
