package outbox

import "crieur/internal/delivery"

// receiptOf checks one entry of the log: it leads to a delivered delivery, no other does,
// and none is missing before it.
func (v *verifier) receiptOf(k, b []byte) {
	seq, err := readReceiptKey(k)
	if err != nil {
		v.fault("%w", err)
		return
	}
	if v.logged != 0 && seq != v.logged+1 {
		v.fault("log of receipts: entry %d follows entry %d", seq, v.logged)
	}
	v.logged = seq
	d, err := v.receiptEntry(seq, b)
	if err != nil {
		v.fault("%w", err)
		return
	}
	if before, twice := v.loggedAs[d.ID]; twice {
		v.fault("log of receipts: delivery %q is %s once, and both entry %d and %d", d.ID, delivery.Delivered, before, seq)
	}
	v.loggedAs[d.ID] = seq
}

// cursorOf checks that a cursor is not ahead of the log.
func (v *verifier) cursorOf(reader string) {
	seq, _, err := v.cursor(reader)
	if err != nil {
		v.fault("%w", err)
		return
	}
	if last, err := v.lastReceipt(); err == nil && seq > last {
		v.fault("cursor of reader %q: at entry %d of the log of receipts, which ends with %d", reader, seq, last)
	}
}
