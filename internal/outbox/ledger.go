package outbox

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"crieur/internal/delivery"
)

// Micros is money in millionths of a US dollar: sums of prices stay exact.
type Micros int64

// USD returns the amount in dollars.
func (m Micros) USD() float64 { return float64(m) / 1e6 }

// MicrosOf rounds dollars to the nearest millionth.
func MicrosOf(usd float64) Micros { return Micros(math.Round(usd * 1e6)) }

// Charge is one request that the platform bills, or may bill.
type Charge struct {
	At       time.Time
	Op       string // "post", or what was read
	Units    int    // posts or users
	Cost     Micros // of all units
	Delivery string // empty: for none
	Month    string // where it is booked, e.g. "2026-11"; set by the ledger
}

type chargeRecord struct {
	Op       string `json:"op"`
	Units    int    `json:"units"`
	Cost     Micros `json:"micros"`
	Delivery string `json:"delivery,omitempty"`
	Month    string `json:"month"`
}

// Charge books a request that is not an attempt: attempts are booked by their claim.
func (o *Outbox) Charge(account, month string, c Charge) error {
	if err := validAccount(account); err != nil {
		return err
	}
	return o.update(func(t tx) error { return t.charge(account, month, c) })
}

// Spent returns what an account's requests of a month cost together.
func (o *Outbox) Spent(account, month string) (m Micros, err error) {
	err = o.view(func(t tx) error {
		m, err = t.spent(account, month)
		return err
	})
	return m, err
}

// Ledger calls yield for each charge of an account, oldest first, until it returns
// false. yield must not call the outbox.
func (o *Outbox) Ledger(account string, yield func(Charge) bool) error {
	return o.view(func(t tx) error {
		prefix := accountPrefix(kindLedger, account)
		c := t.data.Cursor()
		for k, b := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, b = c.Next() {
			e, err := decodeCharge(k[len(prefix):], b)
			if err != nil {
				return fmt.Errorf("account %q: %w", account, err)
			}
			if !yield(e) {
				return nil
			}
		}
		return nil
	})
}

// attemptWithin bounds how long after its beginning an attempt is charged for something:
// longer than a picture and a request take.
const attemptWithin = time.Hour

// Charged returns what the attempts of a delivery are booked at together: their posts, and
// what belongs to those, as a picture's description does.
func (o *Outbox) Charged(d delivery.Delivery) (sum Micros, err error) {
	err = o.view(func(t tx) error {
		account := accountPrefix(kindLedger, d.Account)
		c := t.data.Cursor()
		counted := map[string]bool{} // attempts may follow each other closely
		for _, a := range d.Attempts {
			end := stamp(a.At).Add(attemptWithin)
			for k, b := c.Seek(appendMoment(bytes.Clone(account), stamp(a.At))); bytes.HasPrefix(k, account); k, b = c.Next() {
				e, err := decodeCharge(k[len(account):], b)
				if err != nil {
					return err
				}
				if e.At.After(end) {
					break
				}
				if e.Delivery == d.ID && !counted[string(k)] {
					counted[string(k)] = true
					sum += e.Cost
				}
			}
		}
		return nil
	})
	return sum, err
}

// bookedFor finds the charge of the attempt that began at a moment; a nil key: there is none.
func (t tx) bookedFor(d delivery.Delivery, at time.Time) (key []byte, found Charge, err error) {
	account := accountPrefix(kindLedger, d.Account)
	prefix := appendMoment(bytes.Clone(account), stamp(at))
	c := t.data.Cursor()
	for k, b := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, b = c.Next() {
		e, err := decodeCharge(k[len(account):], b)
		if err != nil {
			return nil, Charge{}, err
		}
		if e.Delivery == d.ID && e.Op == "post" {
			return bytes.Clone(k), e, nil
		}
	}
	return nil, Charge{}, nil
}

func (t tx) charge(account, month string, c Charge) error {
	if c.Cost < 0 || month == "" {
		return errors.New("a charge without a month, or below zero")
	}
	if c.Cost == 0 {
		return nil // nothing to account for
	}
	if err := t.spend(account, month, c.Cost); err != nil {
		return err
	}
	b, err := encode(chargeRecord{Op: c.Op, Units: c.Units, Cost: c.Cost, Delivery: c.Delivery, Month: month})
	if err != nil {
		return err
	}
	key := appendMoment(accountPrefix(kindLedger, account), stamp(c.At))
	for n := uint16(0); ; n++ { // several may begin at one moment of a coarse clock
		k := binary.BigEndian.AppendUint16(bytes.Clone(key), n)
		if t.data.Get(k) != nil && n < math.MaxUint16 {
			continue
		}
		if err := t.data.Put(k, b); err != nil {
			return fmt.Errorf("ledger of account %q: %w", account, err)
		}
		return nil
	}
}

// refund takes back the charge of an attempt that began at a moment.
func (t tx) refund(d delivery.Delivery, at time.Time) error {
	key, c, err := t.bookedFor(d, at)
	if err != nil || key == nil {
		return err
	}
	if err := t.spend(d.Account, c.Month, -c.Cost); err != nil {
		return err
	}
	return t.data.Delete(key)
}

func (t tx) spend(account, month string, c Micros) error {
	sum, err := t.spent(account, month)
	if err != nil {
		return err
	}
	if err := t.data.Put(monthKey(account, month), binary.AppendVarint(nil, int64(sum+c))); err != nil {
		return fmt.Errorf("sum of account %q for %s: %w", account, month, err)
	}
	return nil
}

func (t tx) spent(account, month string) (Micros, error) {
	b := t.data.Get(monthKey(account, month))
	if b == nil {
		return 0, nil
	}
	sum, width := binary.Varint(b)
	if width != len(b) {
		return 0, fmt.Errorf("%w: sum of account %q for %s: %q", ErrDamaged, account, month, b)
	}
	return Micros(sum), nil
}

func monthKey(account, month string) []byte { return append(paceKey(account, 'm'), month...) }

func decodeCharge(rest, b []byte) (Charge, error) {
	var r chargeRecord
	if len(rest) != momentLen+2 {
		return Charge{}, fmt.Errorf("%w: ledger key %q", ErrDamaged, rest)
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return Charge{}, fmt.Errorf("%w: ledger: %w", ErrDamaged, err)
	}
	return Charge{At: readMoment(rest), Op: r.Op, Units: r.Units, Cost: r.Cost, Delivery: r.Delivery, Month: r.Month}, nil
}
