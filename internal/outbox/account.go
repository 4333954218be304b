package outbox

import (
	"encoding/json"
	"fmt"

	"crieur/internal/delivery"
)

// noteDelivered remembers an account's latest post. Reconciling may find an older
// one later, hence the comparison.
func (t tx) noteDelivered(d delivery.Delivery) error {
	key := plainKey(kindLast, d.Account)
	if id := t.data.Get(key); id != nil {
		last, err := t.delivery(string(id))
		if err != nil {
			return err
		}
		if last.Receipt != nil && last.Receipt.PostedAt.After(d.Receipt.PostedAt) {
			return nil
		}
	}
	if err := t.data.Put(key, []byte(d.ID)); err != nil {
		return fmt.Errorf("last delivery of account %q: %w", d.Account, err)
	}
	return nil
}

// LastDelivered returns the account's delivered delivery with the latest PostedAt.
func (o *Outbox) LastDelivered(account string) (d delivery.Delivery, ok bool, err error) {
	err = o.view(func(t tx) error {
		id := t.data.Get(plainKey(kindLast, account))
		if id == nil {
			return nil
		}
		d, err = t.delivery(string(id))
		ok = err == nil
		return err
	})
	return d, ok, err
}

// SetLimits remembers what a platform said of its limits; Limits returns the last good value.
func (o *Outbox) SetLimits(account string, l delivery.Limits) error {
	if err := validAccount(account); err != nil {
		return err
	}
	l.ReadAt = stamp(l.ReadAt)
	b, err := encode(limitsRecord(l))
	if err != nil {
		return fmt.Errorf("limits of account %q: %w", account, err)
	}
	return o.update(func(t tx) error {
		if err := t.data.Put(plainKey(kindLimits, account), b); err != nil {
			return fmt.Errorf("limits of account %q: %w", account, err)
		}
		return nil
	})
}

// Limits returns the remembered limits of an account; ok is false when there are none.
func (o *Outbox) Limits(account string) (l delivery.Limits, ok bool, err error) {
	err = o.view(func(t tx) error {
		b := t.data.Get(plainKey(kindLimits, account))
		if b == nil {
			return nil
		}
		var r limitsRecord
		if err := json.Unmarshal(b, &r); err != nil {
			return fmt.Errorf("%w: limits of account %q: %w", ErrDamaged, account, err)
		}
		l, ok = delivery.Limits(r), true
		return nil
	})
	return l, ok, err
}
