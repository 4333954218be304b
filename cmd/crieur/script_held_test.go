package main

import (
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
	ob, err := outbox.Open(ts.MkAbs("outbox.db"), outbox.Options{MustExist: true})
	ts.Check(err)
	defer func() { ts.Check(ob.Close()) }()
	id := ""
	ts.Check(ob.List(outbox.Filter{State: delivery.Scheduled, Account: args[1], Limit: 1}, func(d delivery.Delivery, _ outbox.Article) bool {
		id = d.ID
		return false
	}))
	now := time.Now()
	_, err = ob.Reschedule(id, now, outbox.Wish{Due: &now})
	ts.Check(err)
	d, err := ob.Claim(id, now, outbox.Terms{Compose: func(a outbox.Article) (string, error) { return a.Title, nil }})
	ts.Check(err)
	n := d.Attempts[0].N
	if args[0] == "dead" {
		_, err = ob.Settle(id, n, now, outbox.Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 422, Error: "no such post", Reason: "the platform will never take it"})
		ts.Check(err)
		return
	}
	_, err = ob.Settle(id, n, now, outbox.Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Error: "connection reset", Due: now})
	ts.Check(err)
	_, err = ob.Move(id, now, outbox.Outcome{To: delivery.Held, Reason: "it cannot be looked for"})
	ts.Check(err)
}
