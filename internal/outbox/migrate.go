package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"crieur/internal/failpoint"
)

// schema is the version of everything on disk. Raise it with every change that an
// older crieur would misread, or that this one misses in an older store, and append the
// step that leads there: see testdata/README.md.
const schema = 2

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
			err = fmt.Errorf("it has schema %d, and stays so until it can be brought to %d: %w", m.From, m.To, err)
		}
	}()
	if opt.KeepSchema {
		return fmt.Errorf("%w: any command that changes something, or the daemon, does that", ErrOlderSchema)
	}
	if opt.Migrating != nil {
		opt.Migrating(m.From, m.To)
	}
	if m.Backup, err = o.keepAsItWas(m.To); err != nil {
		return fmt.Errorf("back it up first: %w%s", err, wayOut(err))
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
	path = fmt.Sprintf("%s.before-schema-%d", o.path, to)
	if same, err := o.isCopy(path); same || err != nil {
		return path, err
	}
	path = unused(path)
	f, err := tempBeside(o.path, checkMark)
	if err != nil {
		return path, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := errors.Join(o.snapshot(f, nil), ownAs(f, o.path, o.file), f.Sync(), f.Close()); err != nil {
		return path, err
	}
	return path, place(f.Name(), path)
}

// isCopy tells whether a file is this store with its latest change. One that cannot be
// read is not, and is left alone.
func (o *Outbox) isCopy(path string) (same bool, err error) {
	if err := exists(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrDamaged) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("%q: %w", filepath.Base(path), err)
	}
	_ = guard(func() error {
		kept, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		return errors.Join(kept.View(func(k *bbolt.Tx) error {
			return o.db.View(func(t *bbolt.Tx) error {
				same = k.ID() == t.ID() && k.Size() == t.Size()
				return nil
			})
		}), kept.Close())
	})
	return same, nil
}
