package outbox

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"crieur/internal/delivery"
)

// tally are counts in the order of stateBytes.
type tally [8]uint64

func (c tally) encode() []byte {
	var b []byte
	for _, n := range c {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func decodeTally(b []byte) (c tally, err error) {
	for i := range c {
		n, width := binary.Uvarint(b)
		if width <= 0 {
			return c, fmt.Errorf("%w: counts end early", ErrDamaged)
		}
		c[i], b = n, b[width:]
	}
	if len(b) > 0 {
		return c, fmt.Errorf("%w: counts have %d bytes too many", ErrDamaged, len(b))
	}
	return c, nil
}

func (t tx) tally(account string) (c tally, err error) {
	b := t.meta.Get(plainKey(metaCounts, account))
	if b == nil {
		return c, nil
	}
	return decodeTally(b)
}

// count adds by, which may be negative, to an account's deliveries in a state.
func (t tx) count(account string, s delivery.State, by int) error {
	i, err := stateIndex(s)
	if err != nil {
		return err
	}
	c, err := t.tally(account)
	if err != nil {
		return err
	}
	if by < 0 && c[i] < uint64(-by) {
		return fmt.Errorf("%w: account %q counts no %s delivery to take away", ErrDamaged, account, s)
	}
	c[i] += uint64(by)
	if err := t.meta.Put(plainKey(metaCounts, account), c.encode()); err != nil {
		return fmt.Errorf("counts of account %q: %w", account, err)
	}
	return nil
}

// tallies calls fn for each account that ever had a delivery.
func (t tx) tallies(fn func(account string, c tally) error) error {
	c := t.meta.Cursor()
	prefix := []byte{metaCounts}
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		n, err := decodeTally(v)
		if err != nil {
			return err
		}
		if err := fn(string(k[1:]), n); err != nil {
			return err
		}
	}
	return nil
}

// Accounts returns every account that ever had a delivery, sorted: also those that
// the configuration no longer names.
func (o *Outbox) Accounts() (names []string, err error) {
	err = o.view(func(t tx) error {
		return t.tallies(func(name string, _ tally) error {
			names = append(names, name) // in the order of their keys
			return nil
		})
	})
	return names, err
}

// Counts returns the number of deliveries by state, of one account or ("") of all.
// States without any are absent.
func (o *Outbox) Counts(account string) (Counts, error) {
	counts := Counts{}
	err := o.view(func(t tx) error {
		return t.tallies(func(name string, c tally) error {
			for i, n := range c {
				if n > 0 && (account == "" || account == name) {
					counts[stateBytes[i].state] += int(n)
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return counts, nil
}
