package status

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"crieur/internal/outbox"
	"crieur/internal/visits"
)

func daysOf(n ...uint64) (days []outbox.DayVisits) {
	for i, v := range n {
		days = append(days, outbox.DayVisits{Day: visits.Day(20261030).Add(i), Tally: visits.Tally{visits.X: v, visits.Crawler: 7}})
	}
	return days
}

func TestBarsAreAsHighAsTheirDays(t *testing.T) {
	c := newVisitsChart(daysOf(0, 50, 100, 1, 100000/1000))
	want := []int{0, 50, 100, leastBar, 100}
	for i, b := range c.Bars {
		if b.Height != want[i] || b.Y+b.Height != c.Height || b.X+b.Width > c.Width {
			t.Errorf("bar %d: %+v, want height %d", i, b, want[i])
		}
	}
	if want := "251 visits from 2026-10-30 to 2026-11-03, most of them, 100, on 2026-11-01; today 100."; c.Told != want {
		t.Errorf("%q, want %q", c.Told, want)
	}
	if want := "251 x; not counted as visits: 35 crawler"; c.Aside != want {
		t.Errorf("%q, want %q", c.Aside, want)
	}
}

func TestAChartWithoutVisitsIsFlat(t *testing.T) {
	c := newVisitsChart(daysOf(0, 0))
	if c.Bars[0].Height != 0 || c.Told != "0 visits from 2026-10-30 to 2026-10-31; today 0." {
		t.Errorf("%+v", c)
	}
	if newVisitsChart(nil) != nil {
		t.Error("a chart of no days")
	}
}

// The policy of the page forbids what the chart must not need: scripts and style attributes.
func TestTheChartIsOnThePageForAllReaders(t *testing.T) {
	opt := sampleOptions()
	opt.Visits = func(time.Time) ([]outbox.DayVisits, error) { return daysOf(3, 9), nil }
	body := fetch(t, opt, "GET", "localhost", "/").Body.String()
	svg := regexp.MustCompile(`(?s)<svg.*</svg>`).FindString(body)
	for _, want := range []string{`role="img"`, `<title id="visits-title">`, `<desc id="visits-desc">12 visits from 2026-10-30 to 2026-10-31`, `aria-labelledby="visits-title visits-desc"`, "<title>2026-10-31: 9</title>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
	for _, never := range []string{"style=", "<script", "href", "onload"} {
		if strings.Contains(svg, never) {
			t.Errorf("%s in %s", never, svg)
		}
	}
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
	}
	opt.Visits = nil
	if body := fetch(t, opt, "GET", "localhost", "/").Body.String(); strings.Contains(body, "<svg") {
		t.Error("a chart of nothing")
	}
	opt.Visits = func(time.Time) ([]outbox.DayVisits, error) { return nil, errors.New("disk gone") }
	if w := fetch(t, opt, "GET", "localhost", "/"); w.Code != http.StatusInternalServerError {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
