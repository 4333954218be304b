package status

import "crieur/internal/dispatch"

// verdict is that of the whole; where all is well it tells what comes next instead of why.
func judge(s dispatch.Status, dead int, next *moment) dispatch.Verdict {
	v := s.Verdict(dead)
	switch {
	case v.Tone != dispatch.ToneGood:
	case next != nil:
		v.Why = []string{"next post " + next.Rel}
	default:
		v.Why = []string{"nothing is planned"}
	}
	return v
}
