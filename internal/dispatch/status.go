package dispatch

import (
	"slices"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/webhook"
)

// nextLooksAt bounds what is read of a queue to tell what comes next.
const nextLooksAt = 20

// stuckAfter is how long a worker may work on one turn before crieur calls itself not ready.
const stuckAfter = 2 * time.Minute

// Status is the state of the whole, as GET /api/status and "crieur status" show it.
type Status struct {
	Version   string          `json:"version"`
	StartedAt *time.Time      `json:"started_at"` // null: no daemon runs
	Ready     bool            `json:"ready"`
	NotReady  []string        `json:"not_ready,omitempty"` // why, a line for each reason
	Accounts  []AccountStatus `json:"accounts"`
	Counts    map[string]int  `json:"counts"`

	LastBackupAt *time.Time `json:"last_backup_at"` // what the last whole backup shows; null: there was none

	// People's visits of all pages, in days of the site's zone, up to 30 s old. They are
	// no concern of the engine: whoever knows them fills them in.
	VisitsToday uint64 `json:"visits_today"`
	VisitsWeek  uint64 `json:"visits_7_days"` // today included

	ExportError string `json:"export_error,omitempty"` // why not all pages are written to pages.export_dir; posts may lead to none

	// Webhooks are no concern of the engine: whoever knows them fills them in.
	Webhooks []webhook.Status `json:"webhooks,omitempty"`
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
	SpentUSD  *float64      `json:"spent_usd"`  // this month; null: the platform bills nothing
	BudgetUSD *float64      `json:"budget_usd"` // null: no budget

	// The platform was asked, at least daily, as whom the account posts.
	CheckedAt   *time.Time `json:"checked_at"`   // the last time; null: never with this login
	VerifyError string     `json:"verify_error"` // what it said then; empty: all is well
	VerifiedAt  *time.Time `json:"verified_at"`  // when it last said
	VerifiedAs  string     `json:"verified_as"`  // whom
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
	why := e.NotReady(now)
	s := Status{Version: e.opt.Version, Ready: why == nil, NotReady: why, Accounts: []AccountStatus{}, Counts: map[string]int{}}
	e.mu.Lock()
	if e.running {
		started := e.startedAt
		s.StartedAt = &started
	}
	e.mu.Unlock()
	if e.opt.ExportError != nil {
		s.ExportError = e.opt.ExportError()
	}
	for _, st := range delivery.States() {
		s.Counts[string(st)] = 0
	}
	for _, w := range e.workers {
		state, reason := w.state(now)
		s.Accounts = append(s.Accounts, AccountStatus{Name: w.acc.Name, Platform: w.acc.Platform, State: state, Reason: reason})
	}
	if e.opt.Outbox == nil {
		return s, nil
	}
	err := e.readStatus(&s, now)
	return s, err
}

// readStatus fills in what the outbox knows.
func (e *Engine) readStatus(s *Status, now time.Time) error {
	all, err := e.opt.Outbox.Counts("")
	if err != nil {
		return err
	}
	for st, n := range all {
		s.Counts[string(st)] = n
	}
	for i, w := range e.workers {
		if err := w.readStatus(&s.Accounts[i], now); err != nil {
			return err
		}
	}
	at, err := e.opt.Outbox.LastBackup()
	if err != nil {
		return err
	}
	if !at.IsZero() {
		s.LastBackupAt = &at
	}
	return e.addOrphans(s)
}

// addOrphans shows accounts that the configuration no longer knows as long as
// deliveries wait for them: otherwise they would wait for ever without a word.
func (e *Engine) addOrphans(s *Status) error {
	stored, err := e.opt.Outbox.Accounts()
	if err != nil {
		return err
	}
	for _, name := range stored {
		if slices.ContainsFunc(e.workers, func(w *worker) bool { return w.acc.Name == name }) {
			continue
		}
		c, err := e.opt.Outbox.Counts(name)
		if err != nil {
			return err
		}
		waiting := c[delivery.Scheduled] + c[delivery.Sending] + c[delivery.Unknown] + c[delivery.Held]
		if waiting > 0 {
			s.Accounts = append(s.Accounts, AccountStatus{
				Name: name, State: StateStopped, Queued: c[delivery.Scheduled],
				Reason: "not in the configuration: its deliveries are kept; add the account again or cancel them",
			})
		}
	}
	return nil
}

// Running tells whether the workers were started.
func (e *Engine) Running() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// Ready tells whether the engine runs, every worker turns and the outbox can be used.
func (e *Engine) Ready(now time.Time) bool { return e.NotReady(now) == nil }

// Troubled tells whether a worker waits for the outbox, perhaps with an answer that
// only it knows.
func (e *Engine) Troubled() bool { return slices.ContainsFunc(e.workers, (*worker).inTrouble) }

// Turning tells whether no worker is stuck. One that waits for the outbox is not: to end
// the process mends no disk, and loses the answers that it keeps.
func (e *Engine) Turning(now time.Time) bool {
	for _, w := range e.workers {
		if w.stuck(now) {
			return false
		}
	}
	return true
}

func (w *worker) stuck(now time.Time) bool { return w.stuckSince(now) != "" }

func (w *worker) inTrouble() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble != nil
}

func (w *worker) readStatus(s *AccountStatus, now time.Time) error {
	ob := w.engine.opt.Outbox
	counts, err := ob.Counts(w.acc.Name)
	if err != nil {
		return err
	}
	s.Queued = counts[delivery.Scheduled]
	if s.Next, err = w.next(now); err != nil {
		return err
	}
	if err := w.money(s, now); err != nil {
		return err
	}
	if err := w.readCheck(s); err != nil {
		return err
	}
	last, ok, err := ob.LastDelivered(w.acc.Name)
	if err != nil {
		return err
	}
	if ok && last.Receipt != nil {
		s.Last = &LastDelivery{Delivery: last.ID, PostURL: last.Receipt.URL, At: last.Receipt.PostedAt}
	}
	return nil
}

// next is the first post of the plan, within a year.
func (w *worker) next(now time.Time) (*NextDelivery, error) {
	entries, err := w.plan(now, now.AddDate(1, 0, 0), nextLooksAt)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Kind == PlanPost {
			return &NextDelivery{Delivery: *e.Delivery, At: e.At}, nil
		}
	}
	return nil, nil
}

// money fills in what the month has cost so far; null where nothing is paid for.
func (w *worker) money(s *AccountStatus, now time.Time) error {
	if w.acc.Price == nil {
		return nil
	}
	spent, err := w.engine.opt.Outbox.Spent(w.acc.Name, w.acc.Pace.month(now))
	if err != nil {
		return err
	}
	usd := spent.USD()
	s.SpentUSD = &usd
	if b := w.acc.Pace.Budget; b > 0 {
		left := b.USD()
		s.BudgetUSD = &left
	}
	return nil
}
