package dispatch

import (
	"time"

	"crieur/internal/delivery"
)

// stuckAfter is how long a worker may work on one turn before crieur calls itself not ready.
const stuckAfter = 2 * time.Minute

// Status is the state of the whole, as GET /api/status and "crieur status" show it.
type Status struct {
	Version   string          `json:"version"`
	StartedAt *time.Time      `json:"started_at"` // null: no daemon runs
	Ready     bool            `json:"ready"`
	Accounts  []AccountStatus `json:"accounts"`
	Counts    map[string]int  `json:"counts"`
}

// AccountStatus is the state of one account.
type AccountStatus struct {
	Name      string        `json:"name"`
	Platform  string        `json:"platform"`
	State     string        `json:"state"`
	Reason    string        `json:"reason"`
	Queued    int           `json:"queued"`
	Next      *NextDelivery `json:"next"`
	Last      *LastDelivery `json:"last"`
	SpentUSD  *float64      `json:"spent_usd"`  // null: not kept yet
	BudgetUSD *float64      `json:"budget_usd"` // null: no budget
}

// NextDelivery is what an account posts next.
type NextDelivery struct {
	Delivery string    `json:"delivery"`
	At       time.Time `json:"at"`
}

// LastDelivery is what an account posted last.
type LastDelivery struct {
	Delivery string    `json:"delivery"`
	PostURL  string    `json:"post_url"`
	At       time.Time `json:"at"`
}

// Status reads the state of the whole at now.
func (e *Engine) Status(now time.Time) (Status, error) {
	s := Status{Version: e.opt.Version, Ready: e.Ready(now), Accounts: []AccountStatus{}, Counts: map[string]int{}}
	e.mu.Lock()
	if e.running {
		started := e.startedAt
		s.StartedAt = &started
	}
	e.mu.Unlock()
	all, err := e.opt.Outbox.Counts("")
	if err != nil {
		return Status{}, err
	}
	for _, st := range delivery.States() {
		s.Counts[string(st)] = all[st]
	}
	for _, w := range e.workers {
		a, err := w.status(now)
		if err != nil {
			return Status{}, err
		}
		s.Accounts = append(s.Accounts, a)
	}
	return s, nil
}

// Running tells whether the workers were started.
func (e *Engine) Running() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// Ready tells whether the engine runs and every worker turns.
func (e *Engine) Ready(now time.Time) bool {
	if !e.Running() {
		return false
	}
	for _, w := range e.workers {
		if w.stuck(now) {
			return false
		}
	}
	return true
}

func (w *worker) stuck(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble != nil || !w.busySince.IsZero() && now.Sub(w.busySince) > stuckAfter
}

func (w *worker) status(now time.Time) (AccountStatus, error) {
	ob := w.engine.opt.Outbox
	s := AccountStatus{Name: w.acc.Name, Platform: w.acc.Platform, State: StateRunning}
	s.State, s.Reason = w.state(now)
	counts, err := ob.Counts(w.acc.Name)
	if err != nil {
		return s, err
	}
	s.Queued = counts[delivery.Scheduled]
	if s.Next, err = w.next(now); err != nil {
		return s, err
	}
	last, ok, err := ob.LastDelivered(w.acc.Name)
	if err != nil {
		return s, err
	}
	if ok && last.Receipt != nil {
		s.Last = &LastDelivery{Delivery: last.ID, PostURL: last.Receipt.URL, At: last.Receipt.PostedAt}
	}
	return s, nil
}

func (w *worker) state(now time.Time) (state, reason string) {
	if !w.engine.Running() {
		return StateOffline, ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.trouble != nil:
		return StateWaiting, "outbox: " + w.trouble.Error()
	case w.stopped:
		return StateStopped, w.reason
	case w.notBefore.After(now):
		return StateWaiting, w.reason
	}
	return StateRunning, ""
}

// next is the delivery that is due first, with the moment at which the account may post it.
func (w *worker) next(now time.Time) (*NextDelivery, error) {
	ob := w.engine.opt.Outbox
	at, ok, err := ob.NextMoment(w.acc.Name)
	if err != nil || !ok {
		return nil, err
	}
	when := at
	if when.Before(now) {
		when = now
	}
	d, ok, err := ob.NextDue(w.acc.Name, when)
	if err != nil || !ok {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notBefore.After(when) {
		when = w.notBefore
	}
	return &NextDelivery{Delivery: d.ID, At: when}, nil
}
