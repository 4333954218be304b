package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// LoginCheck is what the question to a platform, whose login an account has, came to.
type LoginCheck struct {
	Login      string    // opaque fingerprint of the credentials that were asked about
	At         time.Time // the last time that it was asked
	Error      string    // what was wrong then, for a person; empty: nothing
	VerifiedAt time.Time // the last time that the platform said whose it is
	VerifiedAs string    // user name there
}

type loginCheckRecord struct {
	Login      string    `json:"login"`
	At         time.Time `json:"at"`
	Error      string    `json:"error,omitempty"`
	VerifiedAt time.Time `json:"verified_at,omitzero"`
	VerifiedAs string    `json:"verified_as,omitempty"`
}

// SetLoginCheck remembers the last check of an account's login.
func (o *Outbox) SetLoginCheck(account string, c LoginCheck) error {
	if err := validAccount(account); err != nil {
		return err
	}
	c.At, c.VerifiedAt, c.Error, c.VerifiedAs = stamp(c.At), stamp(c.VerifiedAt), valid(c.Error), valid(c.VerifiedAs)
	b, err := encode(loginCheckRecord(c))
	if err != nil {
		return fmt.Errorf("login check of account %q: %w", account, err)
	}
	return o.update(func(t tx) error {
		if err := t.data.Put(plainKey(kindLogin, account), b); err != nil {
			return fmt.Errorf("login check of account %q: %w", account, err)
		}
		return nil
	})
}

// LoginCheck returns the last check of an account's login, zero when there was none.
func (o *Outbox) LoginCheck(account string) (c LoginCheck, err error) {
	err = o.view(func(t tx) error {
		b := t.data.Get(plainKey(kindLogin, account))
		if b == nil {
			return nil
		}
		var r loginCheckRecord
		if err := json.Unmarshal(b, &r); err != nil {
			return fmt.Errorf("%w: login check of account %q: %w", ErrDamaged, account, err)
		}
		c = LoginCheck(r)
		return nil
	})
	return c, err
}
