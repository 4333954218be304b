package dispatch

import (
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// A clock that was a year ahead leaves moments in the far future behind. Set right, it
// must not silence an account for a year.
func TestAClockThatWasAheadSilencesNobody(t *testing.T) {
	const ahead = 365 * 24 * time.Hour
	retell(t, []history{
		{"an account throttled for an hour", func(t *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Time{})[0]
			then := time.Now().Add(ahead)
			err := w.ob.SetAccountState("a", outbox.AccountState{Since: then, Until: then.Add(time.Hour), Reason: "throttled by the platform"})
			if err != nil {
				t.Fatal(err)
			}
			w.during(26 * time.Hour)
			w.each("a", id)
		}},
		{"a delivery to be looked for", func(t *testing.T, w *world) {
			id := w.enqueue("Un essai", time.Time{})[0]
			w.crash(id, true)
			then := time.Now().Add(ahead)
			_, err := w.ob.Settle(id, 1, then, outbox.Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Due: then.Add(time.Minute), Error: "no answer"})
			if err != nil {
				t.Fatal(err)
			}
			w.during(26 * time.Hour)
			w.each("a", id)
		}},
	})
}
