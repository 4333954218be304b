package outbox

import (
	"bytes"
	"fmt"
	"time"

	"crieur/internal/delivery"
)

// extent is how far a store has come; comparing two tells which one knows more.
type extent struct {
	lastID                       uint64
	attempts, receipts, finished int
	amended                      int       // articles withdrawn or corrected
	latest                       time.Time // moment on record that is not in the future
}

// extent reads every delivery.
func (t tx) extent(now time.Time) (e extent, err error) {
	if e.lastID, err = t.lastArticleID(); err != nil {
		return e, err
	}
	saw := func(at time.Time) {
		if at.After(e.latest) && !at.After(now) {
			e.latest = at
		}
	}
	c := t.data.Cursor()
	for k, b := c.Seek([]byte{kindRecord}); bytes.HasPrefix(k, []byte{kindRecord}); k, b = c.Next() {
		if _, _, ok := splitDeliveryID(string(k[1:])); !ok {
			continue
		}
		d, err := decodeDelivery(string(k[1:]), b)
		if err != nil {
			return e, err
		}
		saw(d.CreatedAt)
		for _, a := range d.Attempts {
			saw(a.At)
		}
		for _, l := range d.Looks {
			saw(l.At)
		}
		e.count(d)
	}
	return e, t.amended(&e, saw)
}

// amended counts what people changed; probes of sources are made again.
func (t tx) amended(e *extent, saw func(time.Time)) error {
	c := t.data.Cursor()
	for k, b := c.Seek([]byte{kindAmendment}); bytes.HasPrefix(k, []byte{kindAmendment}); k, b = c.Next() {
		m, err := decodeAmendment(string(k[1:]), b)
		if err != nil {
			return err
		}
		if !m.WithdrawnAt.IsZero() || !m.UpdatedAt.IsZero() {
			e.amended++
		}
		saw(m.WithdrawnAt)
		saw(m.UpdatedAt)
	}
	return nil
}

func (e *extent) count(d delivery.Delivery) {
	if n := len(d.Attempts); n > 0 {
		e.attempts += d.Attempts[n-1].N
	}
	if d.Receipt != nil {
		e.receipts++
	}
	if d.State.Final() {
		e.finished++
	}
}

// beyond says what this store knows and the other does not; "" when nothing.
func (e extent) beyond(other extent) string {
	switch {
	case e.lastID > other.lastID:
		return fmt.Sprintf("its last article is %s, the backup's %s", formatID(e.lastID), formatID(other.lastID))
	case e.amended > other.amended:
		return fmt.Sprintf("it has %d articles withdrawn or corrected, the backup %d", e.amended, other.amended)
	case e.attempts <= other.attempts && e.receipts <= other.receipts && e.finished <= other.finished:
		return ""
	}
	return fmt.Sprintf("it has %d attempts, %d receipts and %d finished deliveries, the backup %d, %d and %d",
		e.attempts, e.receipts, e.finished, other.attempts, other.receipts, other.finished)
}
