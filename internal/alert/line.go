package alert

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"crieur/internal/journal"
)

// maxHanging bounds the calls to one service that were given up and still run: the
// library has no way to end one.
const maxHanging = 4

var errHanging = errors.New("earlier messages still hang there")

// line leads to one service, so that a dead one does not keep the others waiting.
type line struct {
	number  int // in the configuration, from 1
	service string
	send    SendFunc
	log     *slog.Logger
	count   func(n int, sent bool)
	out     chan news // Run alone writes
	hanging atomic.Int32
}

func newLine(number int, service string, send SendFunc, log *slog.Logger, count func(n int, sent bool)) *line {
	return &line{
		number: number, service: service, send: send, count: count,
		log: log.With("alert", number, "service", service),
		out: make(chan news, maxOutgoing),
	}
}

func (l *line) checkWhat() string {
	if l.service == serviceCommand {
		return "run it by hand as the service's user"
	}
	return "check its url and whether the service is up"
}

// put never blocks: the oldest goes when the line is full.
func (l *line) put(n news) {
	for {
		select {
		case l.out <- n:
			return
		default:
		}
		select {
		case <-l.out:
			l.count(1, false)
			l.log.Error("alert dropped: the service does not keep up", journal.Key, journal.AlertLost)
		default: // the line has just taken one
		}
	}
}

// work sends until out is closed. hard ends what is under way, hurry the waiting.
func (l *line) work(hard context.Context, hurry <-chan struct{}) {
	for n := range l.out {
		l.deliver(hard, hurry, n)
	}
}

func (l *line) deliver(hard context.Context, hurry <-chan struct{}, n news) {
	err := l.attempt(hard, n)
	if err == nil {
		l.count(1, true)
		return
	}
	select {
	case <-hurry: // this attempt was the last one
		l.count(1, false)
		l.log.Error("alert not delivered: shutting down", journal.Key, journal.AlertLost, "title", n.title, "reason", err)
		return
	default:
	}
	l.log.Warn("alert not delivered, will try once more", journal.Key, journal.AlertDelayed, "title", n.title, "in", retryAfter, "reason", err)
	select {
	case <-time.After(retryAfter):
	case <-hurry:
	}
	err = l.attempt(hard, n)
	l.count(1, err == nil)
	if err != nil {
		l.log.Error("alert not delivered", journal.Key, journal.AlertLost, "title", n.title, "reason", err)
	}
}

// attempt waits at most 10 s. Its error is the reason, without any part of the address.
func (l *line) attempt(ctx context.Context, n news) error {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := l.call(ctx, n); err != nil {
		return errors.New(reason(err))
	}
	return nil
}

func (l *line) call(ctx context.Context, n news) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.hanging.Add(1) > maxHanging {
		l.hanging.Add(-1)
		return errHanging
	}
	done := make(chan error, 1)
	go func() {
		defer l.hanging.Add(-1)
		done <- sendSafely(l.send, n)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errPanic = errors.New("panic in the service's code")

// sendSafely: the code of two dozen services is not ours, and shoutrrr 0.13.2 panics
// when Zulip cannot be reached. News must not end the daemon.
func sendSafely(send SendFunc, n news) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return send(n.title, n.text)
}

func openSafely(open func(string) (SendFunc, error), url string) (send SendFunc, err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return open(url)
}
