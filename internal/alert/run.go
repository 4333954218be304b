package alert

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"crieur/internal/journal"
)

// Run sends until ctx ends or Close is called, then what still waits, within 5 s. A
// Notifier runs once: a second call returns at once.
func (n *Notifier) Run(ctx context.Context) {
	if !n.begin() {
		return
	}
	defer close(n.ended)
	// What is under way at the end of ctx still has its time.
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	hurry := make(chan struct{})
	var lines sync.WaitGroup
	for _, l := range n.lines {
		lines.Go(func() { l.work(hard, hurry) })
	}

	var d desk
	n.watch(ctx, &d)

	n.shut()
	defer time.AfterFunc(drainTimeout, cancel).Stop()
	close(hurry)
	n.collect(&d)
	n.publish(&d, true)
	for _, l := range n.lines {
		close(l.out)
	}
	lines.Wait()
}

func (n *Notifier) begin() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running || n.closed {
		return false
	}
	n.running = true
	return true
}

// watch moves messages from the queue to the desk and on to the lines.
func (n *Notifier) watch(ctx context.Context, d *desk) {
	for {
		var due <-chan time.Time
		if at, ok := d.next(); ok {
			due = time.After(time.Until(at))
		}
		select {
		case <-ctx.Done():
			return
		case <-n.closing:
			return
		case <-n.wake:
			n.collect(d)
		case <-due:
		}
		n.publish(d, false)
	}
}

func (n *Notifier) collect(d *desk) {
	messages, assumed, lost := n.pending()
	now := time.Now()
	for _, k := range assumed {
		d.assume(k)
	}
	for _, m := range messages {
		d.add(m, now)
	}
	if lost > 0 {
		n.count(lost, false)
		n.log.Error("alerts dropped: too many at once", journal.Key, journal.AlertLost, "count", lost)
		d.add(Message{Kind: "overflow", Text: fmt.Sprintf("%d alerts were dropped, too many at once: see the log", lost), At: now}, now)
	}
}

func (n *Notifier) publish(d *desk, all bool) {
	topics := d.take(time.Now(), all)
	if len(topics) == 0 {
		return
	}
	news := compose(n.site, n.zone, topics)
	for _, l := range n.lines {
		l.put(news)
	}
}

// Test sends a message to every service at once and tells which did not take it, by
// their numbers in the configuration. Run need not be running.
func (n *Notifier) Test(ctx context.Context) error {
	news := compose(n.site, n.zone, []topic{{first: Message{Kind: "test", Text: "Alerts reach you."}, count: 1}})
	errs := make([]error, len(n.lines))
	var tests sync.WaitGroup
	for i, l := range n.lines {
		tests.Go(func() {
			if err := l.attempt(ctx, news); err != nil {
				errs[i] = fmt.Errorf("alert number %d: service %q: %w: %s", l.number, l.service, err, l.checkWhat())
			}
		})
	}
	tests.Wait()
	return errors.Join(errs...)
}
