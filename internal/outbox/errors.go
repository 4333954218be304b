package outbox

import (
	"errors"
	"fmt"
	"time"
)

// What a caller may want to tell apart with errors.Is.
var (
	ErrLocked       = errors.New("another process has the outbox open")
	ErrNewerSchema  = errors.New("the outbox was written by a newer crieur")
	ErrOlderSchema  = errors.New("the outbox was written by an older crieur")
	ErrDamaged      = errors.New("the file is damaged or not an outbox")
	ErrTargetNewer  = errors.New("the outbox there is newer than the backup")
	ErrUnsettled    = errors.New("whether it is posted is not settled yet")
	ErrWithdrawn    = errors.New("the article was withdrawn")
	ErrNotFound     = errors.New("not in the outbox")
	ErrNotScheduled = errors.New("the delivery is not scheduled") // a claim came too late: another has it, or it is finished
	ErrNotDue       = errors.New("the delivery is not due yet")   // also matches ErrNotScheduled: no longer for now
	ErrExpired      = errors.New("the delivery has expired")      // the claim moved it to expired
	ErrNotExpired   = errors.New("the delivery does not expire now")
	ErrNotSending   = errors.New("the attempt is not in flight") // settled already, or not the last one
	ErrNotUnknown   = errors.New("the delivery is not unknown")  // somebody brought it to an end already
)

// ComposeError is a claim that could not get its text. The delivery stays as it was:
// a corrected template, or a limit read anew, may let it go.
type ComposeError struct {
	Delivery string
	Err      error
}

func (e *ComposeError) Error() string {
	return fmt.Sprintf("delivery %q stays scheduled, its text cannot be composed: %v", e.Delivery, e.Err)
}

func (e *ComposeError) Unwrap() error { return e.Err }

// BreakerError is a claim beyond what an account may begin within an hour.
type BreakerError struct {
	Account string
	PerHour int
	Until   time.Time // from when on a claim fits again
}

func (e *BreakerError) Error() string {
	return fmt.Sprintf("account %q: %d attempts began within an hour, the most that breaker_per_hour allows; the next one may begin at %s",
		e.Account, e.PerHour, e.Until.Format(time.RFC3339))
}

// refusal is an error for people that matches several sentinels.
type refusal struct {
	text string
	is   []error
}

func (r *refusal) Error() string   { return r.text }
func (r *refusal) Unwrap() []error { return r.is }
