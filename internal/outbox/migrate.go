package outbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"crieur/internal/failpoint"
)

// migrations[i] leads from schema i+1 to i+2. A step that was released is not changed.
var migrations = []func(tx) error{toSchema2}

// Migration tells of an older store that Open brought up to date.
type Migration struct {
	From, To int    // schemas
	Backup   string // file: the store as it was
}

// Migrated tells whether Open brought the store up to date.
func (o *Outbox) Migrated() (m Migration, ok bool) { return o.migrated, o.migrated.To != 0 }

// migrate brings an older store up to date: whole, after a backup, or not at all.
func (o *Outbox) migrate(opt Options) (err error) {
	m := Migration{From: o.schema, To: schema}
	defer func() {
		if err != nil {
			err = fmt.Errorf("it has schema %d, this crieur uses %d: %w", m.From, m.To, err)
		}
	}()
	if opt.KeepSchema {
		return fmt.Errorf("%w: it is brought up to date, after a copy beside it, when the daemon starts or by a command that changes something", ErrOlderSchema)
	}
	if opt.Migrating != nil {
		opt.Migrating(m.From, m.To)
	}
	if m.Backup, err = o.keepAsItWas(m.To); err != nil {
		return fmt.Errorf("no copy of it as it is, and without one it is not changed: %q: %w%s", m.Backup, err, wayOut(err))
	}
	failpoint.Reach("migrate.before")
	if err := o.bringUp(); err != nil {
		return err
	}
	failpoint.Reach("migrate.after")
	o.migrated = m
	return nil
}

// bringUp makes all steps in one transaction.
func (o *Outbox) bringUp() error {
	if o.schema == schema {
		return nil
	}
	err := o.update(func(t tx) error {
		for from := o.schema; from < schema; from++ {
			if err := migrations[from-1](t); err != nil {
				return fmt.Errorf("from schema %d to %d: %w", from, from+1, err)
			}
		}
		return t.meta.Put(metaSchema, []byte(strconv.Itoa(schema)))
	})
	if err == nil {
		o.schema = schema
	}
	return err
}

// keepAsItWas writes the store beside itself, for its own user, and returns the file. A
// daemon that is started again and again because the migration fails makes one file, not many.
func (o *Outbox) keepAsItWas(to int) (path string, err error) {
	store := followed(o.path)
	name := fmt.Sprintf("%s.before-schema-%d", store, to)
	path = unused(name)
	for n := 1; numbered(name, n) != path; n++ {
		if kept := numbered(name, n); o.isCopy(kept) {
			return kept, nil
		}
	}
	if err := o.roomForCopy(); err != nil {
		return path, err
	}
	f, err := tempBeside(store, checkMark)
	if err != nil {
		return path, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := errors.Join(o.snapshot(f, nil), ownAs(f, store, o.file), f.Sync(), f.Close()); err != nil {
		return path, err
	}
	return path, place(f.Name(), path)
}

// roomForCopy spares a disk that is nearly full: each try would fill it for a moment, for
// all others too, and systemd tries again every few seconds.
func (o *Outbox) roomForCopy() error {
	size, err := o.Size()
	if err != nil {
		return err
	}
	free, err := o.Free()
	if err == nil && free < uint64(size) {
		err = fmt.Errorf("it takes %d MiB, and %d are free: %w", size>>20+1, free>>20, syscall.ENOSPC)
	}
	return err
}

// isCopy tells whether a file is this store, whole and with its latest change. One that
// cannot be read is not, and is left alone.
func (o *Outbox) isCopy(path string) (same bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false
	}
	_ = guard(func() error {
		kept, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		return errors.Join(kept.View(func(k *bbolt.Tx) error {
			return o.db.View(func(t *bbolt.Tx) error {
				same = k.ID() == t.ID() && k.Size() == t.Size() && info.Size() >= t.Size()
				return nil
			})
		}), kept.Close())
	})
	return same
}
