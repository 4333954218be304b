package delivery

import (
	"fmt"
	"math"
	"time"
)

const (
	shortestPause = 30 * time.Second
	longestPause  = time.Hour
)

// Backoff returns how long to wait after spent earlier attempts: shortest plus full
// jitter up to a ceiling that doubles each time (2*shortest, 4*shortest, …) and ends
// at longest. Zero or negative bounds stand for 30 s and 1 h. rnd returns a number
// in [0, n).
func Backoff(shortest, longest time.Duration, spent int, rnd func(n int64) int64) time.Duration {
	if shortest <= 0 {
		shortest = shortestPause
	}
	if longest <= 0 {
		longest = longestPause
	}
	if longest <= shortest {
		return shortest
	}
	ceiling := shortest
	for i := 0; i <= spent && ceiling < longest; i++ {
		if ceiling > longest/2 { // doubling would pass longest, or overflow
			ceiling = longest
			break
		}
		ceiling *= 2
	}
	return shortest + time.Duration(rnd(jitterRange(ceiling-shortest)))
}

// jitterRange makes the ceiling itself reachable.
func jitterRange(d time.Duration) int64 {
	if d == math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(d) + 1
}

// GiveUp tells a person why nothing more should be tried, or returns "". A maximum
// of zero or less does not bind. Age is not judged here: a delivery expires.
func GiveUp(spent, maxAttempts int) string {
	switch {
	case maxAttempts <= 0 || spent < maxAttempts:
		return ""
	case maxAttempts == 1:
		return "given up after the one attempt allowed"
	}
	return fmt.Sprintf("given up after %d attempts, the most allowed", spent)
}
