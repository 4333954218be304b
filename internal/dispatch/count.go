package dispatch

// Counted is something that happened once, for whoever counts.
type Counted struct {
	What              What
	Account, Platform string
	Result            string // of an attempt: its class; of a look: one of LookResults
}

// What is counted.
type What int

// The closed set of it.
const (
	CountedAttempt What = iota // ended and stored
	CountedLook                // said something, or nothing
	CountedBreaker             // tripped
)

// What a look can find.
const (
	lookFound     = "found"
	lookAbsent    = "absent"
	lookUndecided = "undecided"
)

// LookResults lists what a look can find.
func LookResults() []string { return []string{lookFound, lookAbsent, lookUndecided} }

// AccountStates lists the states of an account.
func AccountStates() []string {
	return []string{StateRunning, StateWaiting, StateStopped, StatePaused, StateOffline}
}

func (w *worker) count(what What, result string) {
	if w.engine.opt.Count != nil {
		w.engine.opt.Count(Counted{What: what, Account: w.acc.Name, Platform: w.acc.Platform, Result: result})
	}
}
