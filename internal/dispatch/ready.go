package dispatch

import (
	"fmt"
	"time"
)

// Turn is when a worker last looked at its queue.
type Turn struct {
	Account, Platform string
	Last              time.Time // end of the last turn; zero: none ended yet
}

// Turns tells it of every worker that works.
func (e *Engine) Turns() (out []Turn) {
	for _, w := range e.workers {
		w.mu.Lock()
		out = append(out, Turn{Account: w.acc.Name, Platform: w.acc.Platform, Last: w.lastTurn})
		w.mu.Unlock()
	}
	return out
}

// NotReady tells why the engine is not ready, a line for each reason; nil: it is. It
// costs little, so it may be asked often.
func (e *Engine) NotReady(now time.Time) (why []string) {
	if !e.Running() {
		why = append(why, "the workers do not run")
	}
	for _, w := range e.workers {
		if s := w.stuckSince(now); s != "" {
			why = append(why, fmt.Sprintf("account %s: %s", w.acc.Name, s))
		}
		w.mu.Lock()
		trouble := w.trouble
		w.mu.Unlock()
		if trouble != nil {
			why = append(why, fmt.Sprintf("account %s: the outbox: %v", w.acc.Name, trouble))
		}
	}
	if ob := e.opt.Outbox; ob != nil {
		if err := ob.Usable(); err != nil {
			why = append(why, err.Error())
		}
	}
	return why
}

// stuckSince tells how long the worker does not turn, where that is too long: busy with
// one turn, or late for the next. "": it turns. It waits for nothing but the worker's
// memory: not for the outbox, which may wait itself, for a copy to a slow disk. While a
// copy gets on nobody is stuck who may wait for it; one that hangs is no excuse, because a
// restart ends it.
func (w *worker) stuckSince(now time.Time) string {
	var copied time.Time
	if ob := w.engine.opt.Outbox; ob != nil {
		copied = ob.Copied()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	busy, late := now.Sub(w.busySince), now.Sub(w.nextTurn)
	switch {
	case !w.busySince.IsZero() && busy > stuckAfter && now.Sub(copied) > stuckAfter:
		return fmt.Sprintf("a turn takes %s, more than %s is too long", busy.Round(time.Second), stuckAfter)
	case w.busySince.IsZero() && !w.nextTurn.IsZero() && late > stuckAfter:
		return fmt.Sprintf("a turn is late by %s, more than %s is too long", late.Round(time.Second), stuckAfter)
	}
	return ""
}
