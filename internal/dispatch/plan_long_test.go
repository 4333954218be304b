package dispatch

import (
	"testing"
	"time"
)

// TestAPlanThatIsCutShortSaysSo: a plan that ends early without a word reads as "nothing more comes".
func TestAPlanThatIsCutShortSaysSo(t *testing.T) {
	w := newWorld(t, "a")
	w.restart(func(a *Account) { a.Pace = setting{zone: "UTC", exprs: []string{"* * * * *"}}.pace(t) })
	from := time.Date(2026, 11, 27, 9, 0, 30, 0, time.UTC)
	for days, noted := range map[int]int{1: 0, 3: 1} {
		plan, err := w.engine.Plan(from, from.AddDate(0, 0, days))
		if err != nil {
			t.Fatal(err)
		}
		notes := 0
		for _, e := range plan {
			if e.Kind == PlanNote {
				notes++
			}
		}
		if notes != noted || plan[len(plan)-1].Kind == PlanNote != (noted > 0) {
			t.Errorf("%d days: %d notes of %d entries, the last a %s; want %d notes", days, notes, len(plan), plan[len(plan)-1].Kind, noted)
		}
	}
}
