package outbox

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"crieur/internal/delivery"
)

// Logged is one entry of the log of receipts: every delivery that became delivered, in
// the order of that.
type Logged struct {
	Seq      uint64            // one more than the entry before
	Delivery delivery.Delivery // delivered
	Article  Article
}

// logReceipt appends a delivery to the log, in the transaction that delivers it. The
// moment tells PruneReceipts its age.
func (t tx) logReceipt(d delivery.Delivery) error {
	last, err := t.lastReceipt()
	if err != nil {
		return err
	}
	v := append(appendMoment(make([]byte, 0, momentLen+len(d.ID)), d.Receipt.PostedAt), d.ID...)
	if err := t.data.Put(receiptKey(last+1), v); err != nil {
		return fmt.Errorf("log of receipts: %w", err)
	}
	return nil
}

// lastReceipt needs no counter: the newest entry is never pruned.
func (t tx) lastReceipt() (uint64, error) {
	c := t.data.Cursor()
	k, _ := c.Seek([]byte{kindReceipt + 1})
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if len(k) == 0 || k[0] != kindReceipt {
		return 0, nil
	}
	return readReceiptKey(k)
}

// LastReceipt returns the sequence number of the newest entry of the log, 0 for none.
func (o *Outbox) LastReceipt() (seq uint64, err error) {
	err = o.view(func(t tx) error {
		seq, err = t.lastReceipt()
		return err
	})
	return seq, err
}

// Receipts returns the entries of the log after a sequence number, oldest first, at most
// most of them.
func (o *Outbox) Receipts(after uint64, most int) (out []Logged, err error) {
	err = o.view(func(t tx) error {
		out = nil
		c := t.data.Cursor()
		for k, v := c.Seek(receiptKey(after + 1)); len(out) < most && len(k) > 0 && k[0] == kindReceipt; k, v = c.Next() {
			seq, err := readReceiptKey(k)
			if err != nil {
				return err
			}
			l := Logged{Seq: seq}
			if l.Delivery, err = t.receiptEntry(seq, v); err != nil {
				return err
			}
			if l.Article, _, err = t.article(l.Delivery.ArticleID); err != nil {
				return fmt.Errorf("log of receipts, entry %d: %w", seq, err)
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// receiptEntry reads a value of the log and the delivery that it leads to.
func (t tx) receiptEntry(seq uint64, v []byte) (delivery.Delivery, error) {
	if len(v) <= momentLen {
		return delivery.Delivery{}, fmt.Errorf("%w: log of receipts, entry %d: %q", ErrDamaged, seq, v)
	}
	d, err := t.delivery(string(v[momentLen:]))
	if err != nil {
		return d, fmt.Errorf("log of receipts, entry %d: %w", seq, err)
	}
	if d.State != delivery.Delivered || d.Receipt == nil {
		return d, fmt.Errorf("%w: log of receipts, entry %d: delivery %q is %s", ErrDamaged, seq, d.ID, d.State)
	}
	return d, nil
}

func receiptKey(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{kindReceipt}, seq)
}

func readReceiptKey(k []byte) (uint64, error) {
	if len(k) != 1+8 {
		return 0, fmt.Errorf("%w: log of receipts: key %q", ErrDamaged, k)
	}
	return binary.BigEndian.Uint64(k[1:]), nil
}

// news tells any number of waiters that something came. Its zero value is ready.
type news struct {
	mu sync.Mutex
	ch chan struct{}
}

func (n *news) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch == nil {
		n.ch = make(chan struct{})
	}
	return n.ch
}

func (n *news) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ch != nil {
		close(n.ch)
		n.ch = nil
	}
}

// NextReceipt returns a channel that is closed when the log gets its next entry. Take it
// before reading the log, and nothing is missed.
func (o *Outbox) NextReceipt() <-chan struct{} { return o.logged.next() }

func isReceipt(k []byte) bool { return bytes.HasPrefix(k, []byte{kindReceipt}) }
