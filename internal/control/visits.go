package control

import (
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/visits"
)

// shownDays is how many days of visits a story tells, today included.
const shownDays = 7

// Visits are those of one page. They may be up to 30 s old.
type Visits struct {
	ByOrigin map[string]uint64 `json:"by_origin"` // of 400 days; every origin, crawlers and previews too
	Total    uint64            `json:"total"`     // people's: without these two
	Days     []DayVisits       `json:"days"`      // the last seven, the oldest first
}

// DayVisits are people's visits of a day in the site's zone.
type DayVisits struct {
	Day    visits.Day `json:"day"`
	Visits uint64     `json:"visits"`
}

func (s *Service) today(now time.Time) visits.Day {
	if s.Zone == nil {
		return visits.DayOf(now, time.UTC)
	}
	return visits.DayOf(now, s.Zone)
}

// countVisits fills in what the outbox knows of visits.
func (s *Service) countVisits(st *dispatch.Status, now time.Time) error {
	days, err := s.VisitsOf(now, shownDays)
	if err != nil {
		return err
	}
	for _, d := range days {
		st.VisitsWeek += d.Tally.Visits()
	}
	st.VisitsToday = days[len(days)-1].Tally.Visits()
	return nil
}

// VisitsOf returns the visits of all pages on the last days, today included, the
// oldest first.
func (s *Service) VisitsOf(now time.Time, days int) ([]outbox.DayVisits, error) {
	today := s.today(now)
	var found []outbox.DayVisits
	if s.Outbox != nil {
		var err error
		if found, err = s.Outbox.VisitsByDay(today.Add(1-days), today); err != nil {
			return nil, err
		}
	}
	return eachDay(found, today, days), nil
}

// eachDay fills in the days without visits.
func eachDay(found []outbox.DayVisits, today visits.Day, days int) []outbox.DayVisits {
	have := map[visits.Day]visits.Tally{}
	for _, d := range found {
		have[d.Day] = d.Tally
	}
	out := make([]outbox.DayVisits, 0, days)
	for day := today.Add(1 - days); day <= today; day = day.Add(1) {
		out = append(out, outbox.DayVisits{Day: day, Tally: have[day]})
	}
	return out
}

// visitsOf returns nil for an article of which nothing was counted.
func (s *Service) visitsOf(id string, now time.Time) (*Visits, error) {
	found, err := s.Outbox.Visits(id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var sum visits.Tally
	for _, d := range found {
		sum = sum.Plus(d.Tally)
	}
	out := &Visits{ByOrigin: map[string]uint64{}, Total: sum.Visits()}
	for _, o := range visits.Origins() {
		out.ByOrigin[o.String()] = sum[o]
	}
	for _, d := range eachDay(found, s.today(now), shownDays) {
		out.Days = append(out.Days, DayVisits{d.Day, d.Tally.Visits()})
	}
	return out, nil
}
