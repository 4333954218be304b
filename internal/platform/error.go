package platform

import (
	"errors"

	"crieur/internal/delivery"
)

// ErrDuplicate marks a refusal because the platform already has this very text.
// The refused request created nothing; after an ambiguous attempt it is evidence
// that the earlier one landed.
var ErrDuplicate = errors.New("the platform already has this text")

// ErrDeleted marks a refusal that an instance also gives where it remembers, by its
// key, a post of the same delivery that was deleted. On a first attempt it means that
// nothing is at the address.
var ErrDeleted = errors.New("nothing there, or a deleted post whose key is remembered for an hour")

// ErrNoUpload marks a refusal of pictures alone: what the same login posts without one
// is not refused.
var ErrNoUpload = errors.New("this login may not upload pictures")

// AsError makes any error an *Error. What no adapter has classed is ambiguous: the
// post may exist. It returns nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Class: delivery.Ambiguous, Err: err}
}

// harmless re-classes the error of a request that only reads: whatever became of
// it, nothing was posted and no post is to blame.
func harmless(e Error) Error {
	if e.Class == delivery.Ambiguous || e.Class == delivery.Permanent {
		e.Class = delivery.Refused
	}
	return e
}
