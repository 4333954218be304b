package outbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// AccountState is what keeps an account from posting, over restarts.
type AccountState struct {
	Stopped bool
	Reason  string // for a person
	Since   time.Time
	Until   time.Time // zero: until an operator acts
	Login   string    // opaque fingerprint of the refused credentials; others deserve a try
	Paused  bool      // by an operator

	PostUntil time.Time // the platform said that it takes no post before this moment
	ReadUntil time.Time // the platform said that it shows nothing before this moment
}

type accountRecord struct {
	Stopped bool      `json:"stopped,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Login   string    `json:"login,omitempty"`
	Paused  bool      `json:"paused,omitempty"`

	PostUntil time.Time `json:"post_until,omitzero"`
	ReadUntil time.Time `json:"read_until,omitzero"`
}

// SetAccountState remembers an account's state in place of the earlier one.
func (o *Outbox) SetAccountState(account string, s AccountState) error {
	_, err := o.ChangeAccountState(account, func(old *AccountState) { *old = s })
	return err
}

// ChangeAccountState changes an account's state in one transaction, so that of two
// changes at once none is lost, and returns what it is then. change must not call
// the outbox.
func (o *Outbox) ChangeAccountState(account string, change func(*AccountState)) (s AccountState, err error) {
	if err := validAccount(account); err != nil {
		return AccountState{}, err
	}
	err = o.update(func(t tx) error {
		if s, err = t.accountState(account); err != nil {
			return err
		}
		change(&s)
		s, err = t.putAccountState(account, s)
		return err
	})
	return s, err
}

func (t tx) putAccountState(account string, s AccountState) (AccountState, error) {
	s.Since, s.Until, s.PostUntil, s.ReadUntil = stamp(s.Since), stamp(s.Until), stamp(s.PostUntil), stamp(s.ReadUntil)
	s.Reason, s.Login = valid(s.Reason), valid(s.Login)
	b, err := encode(accountRecord(s))
	if err == nil {
		err = t.data.Put(plainKey(kindAccount, account), b)
	}
	if err != nil {
		return AccountState{}, fmt.Errorf("state of account %q: %w", account, err)
	}
	return s, nil
}

// AccountState returns an account's state, zero when none was ever set.
func (o *Outbox) AccountState(account string) (s AccountState, err error) {
	err = o.view(func(t tx) error {
		s, err = t.accountState(account)
		return err
	})
	return s, err
}

func (t tx) accountState(account string) (AccountState, error) {
	b := t.data.Get(plainKey(kindAccount, account))
	if b == nil {
		return AccountState{}, nil
	}
	var r accountRecord
	if err := json.Unmarshal(b, &r); err != nil {
		return AccountState{}, fmt.Errorf("%w: state of account %q: %w", ErrDamaged, account, err)
	}
	return AccountState(r), nil
}
