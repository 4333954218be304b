package main

import (
	"testing"

	"crieur/internal/control"
	"crieur/internal/visits"
)

func TestVisitsAreToldByOriginAndDay(t *testing.T) {
	v := &control.Visits{Total: 22, ByOrigin: map[string]uint64{"x": 20, "direct": 2, "preview": 4}}
	for i, n := range []uint64{0, 1, 2, 4, 0, 7, 8} {
		v.Days = append(v.Days, control.DayVisits{Day: visits.Day(20261121).Add(i), Visits: n})
	}
	want := "  visits  22 (20 x, 2 direct; not counted as visits: 4 preview)\n" +
		"  7 days  ·▁▂▄·▇█  2026-11-21 to 2026-11-27\n"
	if got := visitsInWords(v); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := visitsInWords(nil); got != "" {
		t.Errorf("%q of nothing", got)
	}
	// A day's number below the smallest step shows, and huge ones do not overflow.
	if got := sparks([]control.DayVisits{{Visits: 1}, {Visits: 1 << 40}}); got != "▁█" {
		t.Errorf("%q", got)
	}
}
