package status

import (
	"sync"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/visits"
)

// postTally counts posts by day, each once: the first time it reads the log of receipts
// back over the chart's days, then what came since.
type postTally struct {
	outbox *outbox.Outbox

	mu     sync.Mutex
	zone   string // whose days are counted
	newest uint64 // entry of the log that is counted
	days   map[visits.Day]uint64
}

// of returns the chart's days, oldest first, today included.
func (p *postTally) of(c clock) ([]point, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.days == nil || p.zone != c.zone.String() {
		p.zone, p.newest, p.days = c.zone.String(), 0, map[visits.Day]uint64{}
	}
	today := visits.DayOf(c.now, c.zone)
	oldest := today.Add(1 - ChartDays)
	fresh := map[visits.Day]uint64{}
	newest, err := p.outbox.EachPosted(c.now.Add(-(ChartDays+1)*day), p.newest, func(posted time.Time) {
		fresh[visits.DayOf(posted, c.zone)]++
	})
	if err != nil {
		return nil, err
	}
	p.newest = newest
	for d, n := range fresh {
		p.days[d] += n
	}
	for d := range p.days {
		if d < oldest {
			delete(p.days, d)
		}
	}
	points := make([]point, 0, ChartDays)
	for d := oldest; d <= today; d = d.Add(1) {
		points = append(points, point{d, p.days[d]})
	}
	return points, nil
}
