package outbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/delivery"
)

// Looked records a search for the post of an unknown delivery (else ErrNotUnknown)
// and when to look next. Of many looks the first and the latest are kept, 50 in all.
func (o *Outbox) Looked(id string, now time.Time, look delivery.Look, next time.Time) (delivery.Delivery, error) {
	return o.replace(id, "look for", func(_ tx, d delivery.Delivery) (delivery.Delivery, error) {
		if d.State != delivery.Unknown {
			return d, fmt.Errorf("it is %s: %w", d.State, ErrNotUnknown)
		}
		if next.IsZero() {
			return d, errors.New("no moment for the next look")
		}
		if look.At.IsZero() {
			look.At = now
		}
		look.At, look.Error = stamp(look.At), valid(look.Error)
		d.Looks, d.NextLook = appendHistory(d.Looks, look), stamp(next)
		return d, nil
	})
}

// Unknown returns the unknown deliveries of one account, or ("") of all, in the order
// in which they are to be looked for. It costs by their number alone.
func (o *Outbox) Unknown(account string) (ds []delivery.Delivery, err error) {
	err = o.view(func(t tx) error {
		return t.each([]delivery.State{delivery.Unknown}, account, "", func(articleID, account string) (bool, error) {
			d, err := t.delivery(deliveryID(articleID, account))
			ds = append(ds, d)
			return err == nil, err
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ds, func(a, b delivery.Delivery) int {
		if c := a.NextLook.Compare(b.NextLook); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return ds, nil
}
