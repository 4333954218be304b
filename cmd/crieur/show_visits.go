package main

import (
	"fmt"
	"strings"

	"crieur/internal/control"
	"crieur/internal/status"
	"crieur/internal/visits"
)

// visitsInWords tells who read a page, and draws the last days; empty for none.
func visitsInWords(v *control.Visits) string {
	if v == nil || len(v.Days) == 0 {
		return ""
	}
	from := status.Origins(func(o visits.Origin) uint64 { return v.ByOrigin[o.String()] })
	first, last := v.Days[0].Day, v.Days[len(v.Days)-1].Day
	return fmt.Sprintf("  visits  %d (%s)\n  7 days  %s  %s to %s\n", v.Total, from, sparks(v.Days), first, last)
}

// sparks draws a row of bars, the highest of them full.
func sparks(days []control.DayVisits) string {
	heights := []rune("▁▂▃▄▅▆▇█")
	var most uint64
	for _, d := range days {
		most = max(most, d.Visits)
	}
	var b strings.Builder
	for _, d := range days {
		if d.Visits == 0 {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(heights[(d.Visits*uint64(len(heights))-1)/most])
	}
	return b.String()
}
