package main

import (
	"errors"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// bring takes the newest scheduled delivery of an account to a state that otherwise
// takes a platform's fault, without a daemon: bring held|dead ACCOUNT
func bring(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bring held|dead ACCOUNT")
	}
	ts.Check(bringTo(ts.MkAbs("outbox.db"), args[0], args[1]))
}

func bringTo(db, state, account string) (err error) {
	ob, err := outbox.Open(db, outbox.Options{MustExist: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ob.Close()) }()
	id := ""
	err = ob.List(outbox.Filter{State: delivery.Scheduled, Account: account, Limit: 1}, func(d delivery.Delivery, _ outbox.Article) bool {
		id = d.ID
		return false
	})
	if err != nil {
		return err
	}
	now := time.Now()
	if _, err = ob.Reschedule(id, now, outbox.Wish{Due: &now}); err != nil {
		return err
	}
	d, err := ob.Claim(id, now, outbox.Terms{Compose: func(a outbox.Article) (string, error) { return a.Title, nil }})
	if err != nil {
		return err
	}
	n := d.Attempts[0].N
	if state == "dead" {
		_, err = ob.Settle(id, n, now, outbox.Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 422, Error: "no such post", Reason: "the platform will never take it"})
		return err
	}
	_, err = ob.Settle(id, n, now, outbox.Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Error: "connection reset", Due: now})
	if err != nil {
		return err
	}
	_, err = ob.Move(id, now, outbox.Outcome{To: delivery.Held, Reason: "it cannot be looked for"})
	return err
}
