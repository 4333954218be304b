package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// lockWithin is how long a command waits for another process that has the outbox:
// mostly a daemon, which is better asked than waited for.
const lockWithin = 100 * time.Millisecond

// Offline is the operators' service without a daemon, directly on the outbox.
type Offline struct {
	*control.Service
	Migrated outbox.Migration // the outbox was of an older crieur; zero: it was not
	close    func() error
}

// Close closes the outbox.
func (o *Offline) Close() error { return o.close() }

// Purpose is what an outbox is opened for without a daemon.
type Purpose int

// The purposes. An outbox that is not there counts as empty, unless ToAdd: a look must
// not leave a file that belongs to whoever looked.
const (
	ToLook   Purpose = iota // one of an older crieur is refused (outbox.ErrOlderSchema)
	ToChange                // one of an older crieur is brought up to date
	ToAdd                   // ToChange, and made where there is none
	ToCopy                  // as it is, whatever its age: for a backup
)

// OpenOffline opens the outbox of a configuration and a service on it.
func OpenOffline(cfg config.Config, version string, to Purpose) (*Offline, error) {
	ob, err := outbox.Open(cfg.Outbox.Path, outbox.Options{
		LockTimeout: lockWithin, MustExist: to != ToAdd, KeepSchema: to == ToLook, AnySchema: to == ToCopy,
	})
	if to != ToAdd && errors.Is(err, fs.ErrNotExist) {
		return offline(cfg, nil, version)
	}
	if err != nil {
		return nil, err
	}
	o, err := offline(cfg, ob, version)
	if err != nil {
		return nil, errors.Join(err, ob.Close())
	}
	o.Migrated, _ = ob.Migrated()
	return o, nil
}

// Logins returns the accounts of a configuration with their logins, read anew.
func Logins(cfg config.Config, credentialsDir, version string) ([]dispatch.Account, error) {
	accounts, err := Accounts(cfg)
	if err != nil {
		return nil, err
	}
	return accounts, connect(cfg, accounts, credentialsDir, version)
}

// OpenPreview is a service that only previews. It reads the instances' limits from
// the outbox where there is one to be read, and never creates it.
func OpenPreview(cfg config.Config, version string) (*Offline, error) {
	if _, err := os.Stat(cfg.Outbox.Path); err != nil {
		return offline(cfg, nil, version)
	}
	ob, err := outbox.Open(cfg.Outbox.Path, outbox.Options{LockTimeout: lockWithin, KeepSchema: true})
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, outbox.ErrLocked) || errors.Is(err, outbox.ErrOlderSchema) {
		return offline(cfg, nil, version)
	}
	if err != nil {
		return nil, fmt.Errorf("limits known so far: %w", err)
	}
	o, err := offline(cfg, ob, version)
	if err != nil {
		return nil, errors.Join(err, ob.Close())
	}
	return o, nil
}

func offline(cfg config.Config, ob *outbox.Outbox, version string) (*Offline, error) {
	accounts, err := Accounts(cfg)
	if err != nil {
		return nil, err
	}
	s, err := service(cfg, ob, accounts, version, dispatch.Options{})
	if err != nil {
		return nil, err
	}
	s.Webhooks = restingWebhooks(cfg, ob)
	s.Pages = restingPages(cfg, ob, s, (*exporter).export)
	s.PruneIn = restingPages(cfg, ob, s, (*exporter).prune)
	s.Left = func(_ context.Context, slug string) []string { return filesLeft(cfg.Pages.ExportDir, slug) }
	closer := func() error { return nil }
	if ob != nil {
		closer = ob.Close
	}
	return &Offline{Service: s, close: closer}, nil
}
