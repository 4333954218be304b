package control

import "errors"

// InputError is the operator's mistake: nothing was changed, exit code 2.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }
func (e *InputError) Unwrap() error { return e.Err }

func badInput(err error) error {
	if err == nil {
		return nil
	}
	return &InputError{err}
}

// ErrNotRunning means that no daemon answers on the socket.
var ErrNotRunning = errors.New("no daemon is running")
