package outbox

import (
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
	stored, err := t.moments(claimsKey(account))
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
		return refusal, t.putMoments(claimsKey(account), recent)
	}
	return nil, t.putMoments(claimsKey(account), append(recent, now))
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

func claimsKey(account string) []byte { return plainKey(kindClaims, account) }
