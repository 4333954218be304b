package daemon

import (
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

// OpenOffline opens the outbox of a configuration and a service on it. Without
// create an outbox that is not there counts as empty: a look must not leave a file
// that belongs to whoever looked.
func OpenOffline(cfg config.Config, version string, create bool) (*Offline, error) {
	return openOffline(cfg, version, outbox.Options{MustExist: !create})
}

// OpenToLook is OpenOffline for what nobody asked for by name: an outbox of an older
// crieur is refused (outbox.ErrOlderSchema), not brought up to date.
func OpenToLook(cfg config.Config, version string) (*Offline, error) {
	return openOffline(cfg, version, outbox.Options{MustExist: true, KeepSchema: true})
}

func openOffline(cfg config.Config, version string, opt outbox.Options) (*Offline, error) {
	opt.LockTimeout = lockWithin
	ob, err := outbox.Open(cfg.Outbox.Path, opt)
	if opt.MustExist && errors.Is(err, fs.ErrNotExist) {
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
	closer := func() error { return nil }
	if ob != nil {
		closer = ob.Close
	}
	return &Offline{Service: s, close: closer}, nil
}
