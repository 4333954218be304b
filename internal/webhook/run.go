package webhook

import (
	"context"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/journal"
)

// Run pushes until ctx ends, or until the receiver wants no more. It returns within 2 s
// of the end of ctx; what is in flight then may be pushed again by the next Run.
func (p *Pusher) Run(ctx context.Context) {
	if c, ok := p.opt.Transport.(interface{ CloseIdleConnections() }); ok {
		defer c.CloseIdleConnections()
	}
	p.begin()
	for ctx.Err() == nil {
		news := p.opt.Source.News()
		e, ok := p.next(ctx)
		switch {
		case ctx.Err() != nil:
		case !ok:
			select {
			case <-ctx.Done():
			case <-news:
			}
		case !p.push(ctx, e):
			return
		default:
			p.done(ctx, e)
		}
	}
}

// next asks the source, again and again while it cannot answer.
func (p *Pusher) next(ctx context.Context) (Entry, bool) {
	for spent := 0; ; spent++ {
		e, ok, err := p.opt.Source.Next()
		if err == nil {
			return e, ok
		}
		p.failed(fmt.Sprintf("receipts cannot be read: %v", err))
		if !p.wait(ctx, 0, spent) {
			return Entry{}, false
		}
	}
}

// push sends one entry until it is taken, and tells whether it was: the others wait for
// it, which keeps their order.
func (p *Pusher) push(ctx context.Context, e Entry) (taken bool) {
	for spent := 0; ctx.Err() == nil; spent++ {
		a := p.send(ctx, e.Receipt)
		switch {
		case a.err == "":
			p.succeeded(e.Receipt.ID)
			return true
		case a.gone:
			p.stop()
			return false
		case ctx.Err() != nil:
			return false // cut by the end: it says nothing of the receiver
		}
		p.failed(a.err)
		if !p.wait(ctx, a.retryAfter, spent) {
			return false
		}
	}
	return false
}

// done remembers that an entry was taken. While that cannot be stored nothing further is
// pushed, or a full disk would let the receiver see all of it again and again.
func (p *Pusher) done(ctx context.Context, e Entry) {
	for spent := 0; ; spent++ {
		err := p.opt.Source.Done(e.Seq)
		if err == nil {
			if spent > 0 {
				p.succeeded(e.Receipt.ID)
			}
			return
		}
		p.failed(fmt.Sprintf("receipt %s was taken, which cannot be stored: %v", e.Receipt.ID, err))
		if !p.wait(ctx, 0, spent) {
			return
		}
	}
}

// wait sleeps with exponential backoff, at least as long as the receiver asked; false:
// the end came.
func (p *Pusher) wait(ctx context.Context, atLeast time.Duration, spent int) bool {
	pause := max(delivery.Backoff(shortestPause, longestPause, spent, p.opt.Rand), min(atLeast, longestPause))
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// failed keeps why the webhook waits, and tells a person when that has lasted.
func (p *Pusher) failed(why string) {
	now := time.Now()
	p.mu.Lock()
	if p.failing == "" {
		p.since = now
	}
	first, since := p.failing != why, p.since
	p.failing = why
	p.mu.Unlock()
	if first { // an outage is one line, not one for each try
		p.log.Warn("receipt not pushed, trying again", journal.Key, journal.WebhookFailed, "error", why)
	}
	if now.Sub(since) >= alertAfter { // how often that is told is the alerts' own affair
		p.opt.Alert(false, fmt.Sprintf("webhook %s takes no receipt since %s: %s. They are kept, and tried again until they are taken",
			p.host, since.UTC().Format(time.RFC3339), why))
	}
}

func (p *Pusher) succeeded(id string) {
	p.mu.Lock()
	again := p.failing != ""
	p.failing = ""
	p.mu.Unlock()
	// Whether anybody was told of a failure, by an earlier Pusher maybe, is not known here.
	p.opt.Alert(true, fmt.Sprintf("webhook %s takes receipts again", p.host))
	p.log.Debug("receipt pushed", journal.Key, journal.WebhookPushed, "delivery", id)
	if again {
		p.log.Info("webhook takes receipts again", journal.Key, journal.WebhookRecovered)
	}
}

// begin forgets that an earlier Run was stopped: it asks again.
func (p *Pusher) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		p.failing, p.stopped = "", false
	}
}

func (p *Pusher) stop() {
	const why = "the receiver answered 410 Gone: it wants no more receipts"
	p.mu.Lock()
	p.failing, p.since, p.stopped = why, time.Now(), true
	p.mu.Unlock()
	p.log.Error("webhook stopped", journal.Key, journal.WebhookStopped, "error", why)
	p.opt.Alert(false, fmt.Sprintf("webhook %s: %s. Remove it from the configuration, or reload crieur to ask again", p.host, why))
}
