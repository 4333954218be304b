package outbox

import (
	"encoding/binary"
	"fmt"
	"time"
)

const (
	breakerWindow = time.Hour
	maxClaims     = 1000 // remembered for an account, and so the highest bound
)

// beginAttempt counts one more claim of the account, or refuses it: as an error, or
// as a refusal that has something to store.
func (t tx) beginAttempt(account string, now time.Time, perHour int) (refusal, err error) {
	if perHour <= 0 {
		return nil, nil
	}
	perHour = min(perHour, maxClaims)
	stored, err := t.claims(account)
	if err != nil {
		return nil, err
	}
	recent := recentClaims(stored, now)
	if n := len(recent); n >= perHour {
		until := recent[n-perHour].Add(breakerWindow)
		refusal = &BreakerError{Account: account, PerHour: perHour, Until: until}
		if len(stored) == 0 || !stored[len(stored)-1].After(now) {
			return nil, refusal
		}
		// The clock was set back. What is stored as now passes within the hour; as it
		// was, it would be in the future for as long as the clock is behind.
		return refusal, t.putClaims(account, recent)
	}
	return nil, t.putClaims(account, append(recent, now))
}

// recentClaims are those of the last hour, oldest first; those in the future count as now.
func recentClaims(stored []time.Time, now time.Time) []time.Time {
	recent := make([]time.Time, 0, len(stored)+1)
	for _, at := range stored {
		if at.After(now) {
			at = now
		}
		if now.Sub(at) < breakerWindow {
			recent = append(recent, at)
		}
	}
	return recent
}

// claims are stored in whole milliseconds, rounded up, each as the distance from the
// one before: a thousand of them fit in half a page.
func (t tx) claims(account string) (at []time.Time, err error) {
	b := t.data.Get(plainKey(kindClaims, account))
	at = make([]time.Time, 0, len(b)/2+1)
	for ms := int64(0); len(b) > 0; {
		step, width := binary.Varint(b)
		if width <= 0 {
			return nil, fmt.Errorf("%w: claims of account %q end early", ErrDamaged, account)
		}
		ms, b = ms+step, b[width:]
		at = append(at, time.UnixMilli(ms).UTC())
	}
	return at, nil
}

func (t tx) putClaims(account string, at []time.Time) error {
	b := make([]byte, 0, 8+3*len(at))
	last := int64(0)
	for _, a := range at {
		ms := a.Add(time.Millisecond - 1).UnixMilli()
		b = binary.AppendVarint(b, ms-last)
		last = ms
	}
	if err := t.data.Put(plainKey(kindClaims, account), b); err != nil {
		return fmt.Errorf("claims of account %q: %w", account, err)
	}
	return nil
}
