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

// chart is what the page's SVG is made of.
type chart struct {
	Width, Height int
	Bars          []bar
	First, Last   visits.Day
	Most          uint64 // of one day
	Told          string // for who does not see it
	Origins       string
}

type bar struct {
	X, Y, Width, Height int
	Told                string
}

// newChart draws days, which follow each other; nil: there are none.
func newChart(days []outbox.DayVisits) *chart {
	if len(days) == 0 {
		return nil
	}
	c := &chart{Width: len(days)*barStep - (barStep - barWidth), Height: chartHeight, First: days[0].Day, Last: days[len(days)-1].Day}
	var sum visits.Tally
	best := c.First
	for _, d := range days {
		sum = sum.Plus(d.Tally)
		if n := d.Tally.Visits(); n > c.Most {
			c.Most, best = n, d.Day
		}
	}
	for i, d := range days {
		n, height := d.Tally.Visits(), 0
		if n > 0 {
			height = max(leastBar, int(n*chartHeight/c.Most))
		}
		c.Bars = append(c.Bars, bar{X: i * barStep, Y: chartHeight - height, Width: barWidth, Height: height, Told: fmt.Sprintf("%s: %d", d.Day, n)})
	}
	many := "visits"
	if sum.Visits() == 1 {
		many = "visit"
	}
	c.Told = fmt.Sprintf("%d %s from %s to %s", sum.Visits(), many, c.First, c.Last)
	if c.Most > 0 {
		c.Told += fmt.Sprintf(", most of them, %d, on %s", c.Most, best)
	}
	c.Told += fmt.Sprintf("; today %d.", days[len(days)-1].Tally.Visits())
	c.Origins = Origins(func(o visits.Origin) uint64 { return sum[o] })
	return c
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

// visitsChart reads what the chart shows.
func (opt Options) visitsChart(now time.Time) (*chart, error) {
	if opt.Visits == nil {
		return nil, nil
	}
	days, err := opt.Visits(now)
	return newChart(days), err
}
