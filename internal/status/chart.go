package status

import (
	"fmt"
	"strings"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/visits"
)

// ChartDays is how many days the chart of visits shows, today included.
const ChartDays = 30

// Sizes of the chart, in units of its view box.
const (
	chartHeight = 100
	barStep     = 20
	barWidth    = 14
	leastBar    = 2 // of a day with a visit: one among thousands shows too
)

// chart is what one of the page's SVGs is made of.
type chart struct {
	ID, Title     string
	Width, Height int
	Bars          []bar
	First, Last   string // dates
	Today, Sum    string
	Most          uint64 // of one day
	Told          string // for who does not see it
	Aside         string
}

type bar struct {
	X, Y, Width, Height int
	Told                string
	Today               bool
}

// point is what was counted on a day.
type point struct {
	Day visits.Day
	N   uint64
}

// newChart draws points, which follow each other; nil: there are none.
func newChart(id, title, one, many string, points []point) *chart {
	if len(points) == 0 {
		return nil
	}
	first, last := points[0].Day, points[len(points)-1]
	c := &chart{ID: id, Title: title, Width: len(points)*barStep - (barStep - barWidth), Height: chartHeight, First: date(first), Last: date(last.Day)}
	sum, best := uint64(0), first
	for _, p := range points {
		sum += p.N
		if p.N > c.Most {
			c.Most, best = p.N, p.Day
		}
	}
	for i, p := range points {
		height := 0
		if p.N > 0 {
			height = max(leastBar, int(p.N*chartHeight/c.Most))
		}
		c.Bars = append(c.Bars, bar{
			X: i * barStep, Y: chartHeight - height, Width: barWidth, Height: height,
			Told: fmt.Sprintf("%s: %d", p.Day, p.N), Today: i == len(points)-1,
		})
	}
	c.Today, c.Sum = counted(int(last.N), one, many), counted(int(sum), one, many)
	c.Told = fmt.Sprintf("%s from %s to %s", c.Sum, first, last.Day)
	if c.Most > 0 {
		c.Told += fmt.Sprintf(", most of them, %d, on %s", c.Most, best)
	}
	c.Told += fmt.Sprintf("; today %d.", last.N)
	return c
}

// date is a day for people.
func date(d visits.Day) string {
	t, err := time.Parse(time.DateOnly, d.String())
	if err != nil {
		return d.String()
	}
	return t.Format("2 Jan")
}

// Origins says how many came from where, crawlers and previews apart.
func Origins(of func(visits.Origin) uint64) string {
	var people, machines []string
	for _, o := range visits.Origins() {
		switch n := of(o); {
		case n == 0:
		case o.Visit():
			people = append(people, fmt.Sprintf("%d %s", n, o))
		default:
			machines = append(machines, fmt.Sprintf("%d %s", n, o))
		}
	}
	text := strings.Join(people, ", ")
	if len(machines) == 0 {
		return text
	}
	apart := "not counted as visits: " + strings.Join(machines, ", ")
	if text == "" {
		return apart
	}
	return text + "; " + apart
}

// visitsChart reads and draws visits; nil: none are counted.
func (opt Options) visitsChart(now time.Time) (*chart, error) {
	if opt.Visits == nil {
		return nil, nil
	}
	days, err := opt.Visits(now)
	return newVisitsChart(days), err
}

func newVisitsChart(days []outbox.DayVisits) *chart {
	var sum visits.Tally
	points := make([]point, 0, len(days))
	for _, d := range days {
		sum = sum.Plus(d.Tally)
		points = append(points, point{d.Day, d.Tally.Visits()})
	}
	c := newChart("visits", "Visits per day", "visit", "visits", points)
	if c != nil {
		c.Aside = Origins(func(o visits.Origin) uint64 { return sum[o] })
	}
	return c
}
