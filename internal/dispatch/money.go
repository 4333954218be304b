package dispatch

import (
	"fmt"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// warnAt is the part of a month's budget at which an operator is told.
const warnAt = 0.8

// longestWindow is the longest wait that a platform's headers are believed to ask for.
const longestWindow = 25 * time.Hour

// Meter carries what an account's client used to the engine. It is made before both.
type Meter struct {
	mu   sync.Mutex
	sink func(platform.Usage)
}

// Observe is for the client.
func (m *Meter) Observe(u platform.Usage) {
	m.mu.Lock()
	sink := m.sink
	m.mu.Unlock()
	if sink != nil {
		sink(u)
	}
}

func (m *Meter) to(sink func(platform.Usage)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sink = sink
}

// observe books what is billed beyond the posts, which their claims book, and
// remembers, over restarts, when the platform takes the next request.
func (w *worker) observe(u platform.Usage) {
	now := time.Now()
	if u.Op != platform.OpPost && u.Units > 0 && w.acc.Price != nil {
		c := outbox.Charge{At: now, Op: string(u.Op), Units: u.Units, Cost: w.acc.Price(u.Op, u.Units), Delivery: w.chargedTo(u.Op)}
		if err := w.engine.opt.Outbox.Charge(w.acc.Name, w.acc.Pace.month(now), c); err != nil {
			w.log.Error("a billed request is not in the ledger", journal.Key, journal.LedgerFailed, "op", c.Op, "units", c.Units, "error", err)
		}
	}
	until := believed(platform.NextPermitted(u.Windows), now)
	if !until.After(now) {
		return
	}
	switch u.Op {
	case platform.OpPost:
		w.stand(func(s *outbox.AccountState) { s.PostUntil = until })
	case platform.OpUpload, platform.OpMetadata: // the next post has a picture too, as a rule
		w.stand(func(s *outbox.AccountState) { s.PostUntil = latest(believed(s.PostUntil, now), until) })
	case platform.OpReadOwned:
		w.stand(func(s *outbox.AccountState) { s.ReadUntil = until })
	case platform.OpReadPost, platform.OpReadUser, platform.OpOther: // rare, and nothing waits for them
	}
}

// believed is a moment that a platform named, unless it is further away than any it
// can mean: then the clock was set back since.
func believed(until, now time.Time) time.Time {
	if until.Sub(now) > longestWindow {
		return time.Time{}
	}
	return until
}

// memory is what the account did, and when it may go on. What is remembered from after
// now is from before the clock was set back, and counts as now.
func (w *worker) memory(now time.Time) (memory, error) {
	ob := w.engine.opt.Outbox
	p, err := ob.Pace(w.acc.Name)
	if err != nil {
		return memory{}, err
	}
	p = p.SetBack(now)
	if w.acc.Pace.Slots != nil && p.Plan != w.acc.Pace.Plan {
		p.Slot = now // a schedule that begins with the next start
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	mem := memory{Pace: p, notBefore: believed(w.standing.PostUntil, now)}
	if w.acc.Pace.Budget > 0 {
		mem.cost = w.costOf
		mem.spent = func(month string) (outbox.Micros, error) { return ob.Spent(w.acc.Name, month) }
	}
	return mem, nil
}

// noteBudget shows, and tells once, that the budget puts the next post off.
func (w *worker) noteBudget(broke *overdraft) {
	w.mu.Lock()
	before := w.broke
	w.broke = broke
	reason := w.brokeReason()
	w.mu.Unlock()
	if broke == nil && before != nil {
		w.over(AlertBudget, "the budget permits posts again")
	}
	if broke == nil || before != nil && before.until.Equal(broke.until) {
		return
	}
	w.log.Warn("budget used up", journal.Key, journal.BudgetExhausted, "spent_usd", broke.spent.USD(), "budget_usd", w.acc.Pace.Budget.USD(), "next_usd", broke.cost.USD())
	w.engine.opt.Alert(Alert{Kind: AlertBudget, Account: w.acc.Name, Text: reason})
}

// brokeReason needs the lock.
func (w *worker) brokeReason() string {
	if w.broke == nil {
		return ""
	}
	return brokeReason(w.acc.Pace, *w.broke)
}

func brokeReason(p Pace, o overdraft) string {
	if o.cost > p.Budget {
		return fmt.Sprintf("the next post costs $%.3f, more than the budget of a whole month ($%.2f): raise monthly_budget_usd, or cancel it", o.cost.USD(), p.Budget.USD())
	}
	return fmt.Sprintf("the budget of $%.2f a month is used up (spent $%.3f, the next post costs $%.3f): no post before %s; raise monthly_budget_usd, or wait",
		p.Budget.USD(), o.spent.USD(), o.cost.USD(), o.until.Format(time.RFC3339))
}

// costOf is the price of a post that is not sent yet. A text that cannot be composed
// costs nothing here: the claim will say so.
func (w *worker) costOf(due delivery.Delivery) (outbox.Micros, error) {
	text := due.Text
	if text == "" {
		a, err := w.engine.opt.Outbox.Draft(due.ArticleID)
		if err != nil {
			return 0, err
		}
		c, err := w.compose(a)
		if err != nil {
			return 0, nil //nolint:nilerr // told by the claim, which composes it again
		}
		text = c.Text
	}
	return w.acc.postCost(text, due.Media), nil
}

func (w *worker) compose(a outbox.Article) (Composed, error) {
	limits, err := w.engine.Limits(w.acc)
	if err != nil {
		return Composed{}, err
	}
	return w.acc.Compose(a.Article, w.engine.opt.PageURL(a.Slug), limits)
}

// warnOfBudget tells an operator once a month, with the first post after it, that the
// costs went over the mark.
func (w *worker) warnOfBudget(now time.Time) {
	p := w.acc.Pace
	month := p.month(now)
	if p.Budget == 0 || w.warned == month {
		return
	}
	spent, err := w.engine.opt.Outbox.Spent(w.acc.Name, month)
	if err != nil {
		w.log.Error("ledger not read", journal.Key, journal.LedgerFailed, "error", err)
		return
	}
	if spent < outbox.Micros(warnAt*float64(p.Budget)) {
		return
	}
	w.warned = month
	text := fmt.Sprintf("$%.2f of the month's $%.2f are spent", spent.USD(), p.Budget.USD())
	w.log.Warn("budget nearly used up", journal.Key, journal.BudgetLow, "spent_usd", spent.USD(), "budget_usd", p.Budget.USD())
	w.engine.opt.Alert(Alert{Kind: AlertBudget, Account: w.acc.Name, Text: text})
}
