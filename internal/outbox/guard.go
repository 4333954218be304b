package outbox

import (
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// view runs fn in a read transaction.
func (o *Outbox) view(fn func(tx) error) error { return o.run(o.db.View, fn) }

// update runs fn in a write transaction, which is on disk when update returns nil.
func (o *Outbox) update(fn func(tx) error) error {
	shown := false
	err := o.run(o.db.Update, func(t tx) error {
		wrote := false
		t.shown = &wrote
		err := fn(t)
		shown = err == nil && wrote
		return err
	})
	if shown { // even if it failed: what a commit that broke off left in the file may be read
		o.shown.Add(1)
	}
	return err
}

// run names the file in errors of the store itself; fn's own name what they are about.
func (o *Outbox) run(in func(func(*bbolt.Tx) error) error, fn func(tx) error) error {
	var own error
	err := guard(func() error {
		return in(func(t *bbolt.Tx) error {
			tx, err := newTx(t)
			if err != nil {
				return err
			}
			own = fn(tx)
			return own
		})
	})
	if err == nil || own != nil {
		return own
	}
	return fmt.Errorf("outbox %q: %w%s", o.path, err, wayOut(err))
}

// guard turns the panics and memory faults with which bbolt answers a damaged
// file into an error: an operator needs the file's name, not a stack.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }: // of runtime.Error, see debug.SetPanicOnFault
			err = fmt.Errorf("%w: a page could not be read, as when the file is cut short", ErrDamaged)
		default:
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return fn()
}
