package outbox

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// prunedAtOnce bounds one transaction of PruneReceipts: posting waits for it.
const prunedAtOnce = 1000

// Cursor returns how far a reader of the log of receipts has come: the sequence number
// of the last entry that it is done with. ok is false for a reader that never began.
func (o *Outbox) Cursor(reader string) (seq uint64, ok bool, err error) {
	err = o.view(func(t tx) error {
		seq, ok, err = t.cursor(reader)
		return err
	})
	return seq, ok, err
}

// SetCursor remembers how far a reader has come.
func (o *Outbox) SetCursor(reader string, seq uint64) error {
	return o.update(func(t tx) error { return t.putCursor(reader, seq) })
}

// BeginCursor returns a reader's cursor. A reader that never began starts at the end of
// the log: what was posted before is not for it.
func (o *Outbox) BeginCursor(reader string) (seq uint64, err error) {
	seq, ok, err := o.Cursor(reader)
	if err != nil || ok {
		return seq, err
	}
	err = o.update(func(t tx) error {
		if seq, err = t.lastReceipt(); err != nil {
			return err
		}
		return t.putCursor(reader, seq)
	})
	return seq, err
}

func (t tx) cursor(reader string) (seq uint64, ok bool, err error) {
	b := t.data.Get(plainKey(kindCursor, reader))
	switch {
	case b == nil:
		return 0, false, nil
	case len(b) != 8:
		return 0, false, fmt.Errorf("%w: cursor of reader %q: %q", ErrDamaged, reader, b)
	}
	return binary.BigEndian.Uint64(b), true, nil
}

func (t tx) putCursor(reader string, seq uint64) error {
	if err := t.data.Put(plainKey(kindCursor, reader), binary.BigEndian.AppendUint64(nil, seq)); err != nil {
		return fmt.Errorf("cursor of reader %q: %w", reader, err)
	}
	return nil
}

// PruneReceipts removes entries of the log from before a moment that all readers are
// done with, at most a thousand, and tells how many. The newest stays, as the numbers go
// on from it. Readers that are not named hold nothing back: one that missed a removed
// entry is forgotten, and begins anew at the end of the log should it come back.
func (o *Outbox) PruneReceipts(before time.Time, readers []string) (n int, err error) {
	err = o.update(func(t tx) error {
		n = 0
		done, err := t.lastReceipt()
		if err != nil {
			return err
		}
		if done == 0 {
			return nil
		}
		done-- // the newest stays
		for _, r := range readers {
			seq, ok, err := t.cursor(r)
			if err != nil {
				return err
			}
			if ok {
				done = min(done, seq)
			}
		}
		var last uint64
		if n, last, err = t.dropReceipts(before, done); err != nil || n == 0 {
			return err
		}
		return t.forgetCursors(last, readers)
	})
	return n, err
}

// dropReceipts removes what is older than before, up to an entry, and returns how many
// and the last of them.
func (t tx) dropReceipts(before time.Time, upTo uint64) (n int, last uint64, err error) {
	var keys [][]byte
	c := t.data.Cursor()
	for k, v := c.Seek([]byte{kindReceipt}); isReceipt(k) && len(keys) < prunedAtOnce; k, v = c.Next() {
		seq, err := readReceiptKey(k)
		if err != nil {
			return 0, 0, err
		}
		if len(v) < momentLen {
			return 0, 0, fmt.Errorf("%w: log of receipts, entry %d: %q", ErrDamaged, seq, v)
		}
		if seq > upTo || !readMoment(v).Before(before) {
			break
		}
		keys, last = append(keys, slices.Clone(k)), seq
	}
	for _, k := range keys {
		if err := t.data.Delete(k); err != nil {
			return 0, 0, fmt.Errorf("log of receipts: %w", err)
		}
	}
	return len(keys), last, nil
}

// forgetCursors forgets readers that can no longer go on from where they were.
func (t tx) forgetCursors(removed uint64, but []string) error {
	var gone [][]byte
	c := t.data.Cursor()
	for k, v := c.Seek([]byte{kindCursor}); len(k) > 0 && k[0] == kindCursor; k, v = c.Next() {
		if !slices.Contains(but, string(k[1:])) && len(v) == 8 && binary.BigEndian.Uint64(v) < removed {
			gone = append(gone, slices.Clone(k))
		}
	}
	for _, k := range gone {
		if err := t.data.Delete(k); err != nil {
			return fmt.Errorf("cursor %q: %w", k[1:], err)
		}
	}
	return nil
}
