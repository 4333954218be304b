package daemon

import (
	"fmt"
	"time"

	"crieur/internal/journal"
	"crieur/internal/outbox"
)

// migrateWithin is how long the service manager is asked to wait for an outbox of an
// older crieur, instead of its usual 90 s: a hundred times what a million articles take.
const migrateWithin = time.Hour

func (d *Daemon) openOutbox(path string) (*outbox.Outbox, error) {
	ob, err := outbox.Open(path, outbox.Options{Migrating: func(from, to int) {
		d.opt.Log.Info("bringing the outbox up to date, after a backup", journal.Key, journal.OutboxMigrating, "outbox", path, "from", from, "to", to)
		d.notify(d.opt.Notify.Extend(migrateWithin))
		d.notify(d.opt.Notify.Status(fmt.Sprintf("bringing the outbox up to date, from schema %d to %d", from, to)))
	}})
	if err != nil {
		return nil, err
	}
	if m, ok := ob.Migrated(); ok {
		d.opt.Log.Info("the outbox is up to date", journal.Key, journal.OutboxMigrated, "outbox", path, "from", m.From, "to", m.To, "backup", m.Backup)
	}
	return ob, nil
}
