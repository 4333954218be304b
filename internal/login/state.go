package login

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"crieur/config"
)

// state is the file of an account's current pair. It descends from one refresh token of
// the credentials file, whose digest is in its name: credentials that an operator gives
// anew begin a file of their own, and win.
type state struct {
	Version      int       `json:"version"` // 1
	Account      string    `json:"account"`
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token"`
	ExpiresAt    time.Time `json:"expires_at,omitzero"`

	// AskedAt is set before a refresh and cleared with its answer: found at a start, it
	// says that the answer was lost and the refresh token may be used up.
	AskedAt time.Time `json:"asked_at,omitzero"`
}

func (s state) pair() Pair { return Pair{s.AccessToken, s.RefreshToken, s.ExpiresAt} }

const maxState = 64 << 10

// lineage names what descends from a refresh token, without telling it.
func lineage(refreshToken string) string {
	sum := sha256.Sum256([]byte("crieur refresh token\x00" + refreshToken))
	return hex.EncodeToString(sum[:6])
}

func statePath(dir, account, lineage string) string {
	return filepath.Join(dir, "token-"+account+"-"+lineage+".json")
}

// forget removes the files of credentials that an operator has replaced.
func forget(dir, account, keep string) error {
	all, err := filepath.Glob(statePath(dir, account, "????????????")) // a lineage has 12 characters
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range all {
		if path != statePath(dir, account, keep) {
			errs = append(errs, os.Remove(path))
		}
	}
	return errors.Join(errs...)
}

// readState returns the pair on disk; ok is false when there is none yet.
func readState(path string) (s state, ok bool, err error) {
	data, err := config.ReadSecret("login", path, maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return state{}, false, nil
	}
	if err != nil {
		return state{}, false, err
	}
	// What the decoder stumbles over may be the secret.
	if json.Unmarshal(data, &s) != nil || s.Version != 1 || s.RefreshToken == "" {
		return state{}, false, fmt.Errorf("login %s is damaged or of a newer crieur", path)
	}
	return s, true, nil
}

func writeState(path string, s state) error {
	s.Version = 1
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return config.WriteSecret("login", path, filepath.Dir(path), append(data, '\n'))
}

// lock keeps every other process, and every other keeper of this one, from the account's
// login until it is released. The kernel releases it when the process dies.
func lock(ctx context.Context, dir, account string) (release func() error, err error) {
	path := filepath.Join(dir, "token-"+account+".lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock of the login: %w: run this as the user whom %s belongs to", err, dir)
	}
	likeFolder(f, dir)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f.Close, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(fmt.Errorf("the lock of the login %s: %w", path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("another process refreshes the login, %s is locked: %w", path, context.Cause(ctx)), f.Close())
		case <-time.After(pause):
		}
	}
}

// likeFolder: what root made must not keep the service out.
func likeFolder(f *os.File, dir string) {
	if os.Geteuid() != 0 {
		return
	}
	if info, err := os.Stat(dir); err == nil {
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			_ = f.Chown(int(s.Uid), int(s.Gid)) // where there are no owners nobody is kept out
		}
	}
}
