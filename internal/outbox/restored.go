package outbox

import (
	"encoding/binary"
	"fmt"
	"time"

	"crieur/internal/delivery"
)

// restoredMark is what a restored store knows of its restore; zero when it is none.
type restoredMark struct {
	at, backup time.Time
	lastID     uint64 // of the articles that came with the backup
}

// Restored tells when the store was restored last and of when its backup is: what
// was posted after backup, it does not know.
func (o *Outbox) Restored() (at, backup time.Time, ok bool, err error) {
	var m restoredMark
	err = o.view(func(t tx) error {
		m, err = t.restored()
		return err
	})
	return m.at, m.backup, err == nil && !m.at.IsZero(), err
}

// NeedsLook tells whether a delivery may have been posted although the store does not
// know it: it came with the backup and was not claimed since the restore. Ask before
// claiming; then claim it, do not send it, and settle it as ambiguous, so that it is
// looked for from LookSince on.
func (o *Outbox) NeedsLook(d delivery.Delivery) bool {
	return o.restored.holds(d) && !d.Restore.Equal(o.restored.at)
}

// LookSince returns the earliest moment at which a post of this delivery may have
// come to exist: its first attempt, or the backup that it was restored from.
func (o *Outbox) LookSince(d delivery.Delivery) time.Time {
	since := d.CreatedAt
	if len(d.Attempts) > 0 {
		since = d.Attempts[0].At
	}
	if o.restored.holds(d) && o.restored.backup.Before(since) {
		since = o.restored.backup
	}
	return since
}

// holds goes by IDs: they increase whatever the clock does.
func (m restoredMark) holds(d delivery.Delivery) bool {
	n, ok := parseID(d.ArticleID)
	return ok && !m.at.IsZero() && n <= m.lastID
}

func (t tx) restored() (m restoredMark, err error) {
	b := t.meta.Get(metaRestored)
	if b == nil {
		return m, nil
	}
	if len(b) != 2*momentLen+8 {
		return m, fmt.Errorf("%w: the mark of its restore has %d bytes", ErrDamaged, len(b))
	}
	return restoredMark{
		at: readMoment(b), backup: readMoment(b[momentLen:]), lastID: binary.BigEndian.Uint64(b[2*momentLen:]),
	}, nil
}

func (t tx) putRestored(m restoredMark) error {
	b := appendMoment(appendMoment(nil, m.at), m.backup)
	if err := t.meta.Put(metaRestored, binary.BigEndian.AppendUint64(b, m.lastID)); err != nil {
		return fmt.Errorf("mark as restored: %w", err)
	}
	return nil
}

// backedUp is when the store was backed up last; zero: never, as far as it knows.
func (t tx) backedUp() (time.Time, error) { return t.metaMoment(metaBackup) }

func (t tx) metaMoment(key []byte) (at time.Time, err error) {
	switch b := t.meta.Get(key); len(b) {
	case 0:
		return at, nil
	case momentLen:
		return readMoment(b), nil
	default:
		return at, fmt.Errorf("%w: the time of its backup has %d bytes", ErrDamaged, len(b))
	}
}
