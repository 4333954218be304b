package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// calendar lays a plan out for people, a block a day of zone.
type calendar struct {
	zone    *time.Location
	columns int // of the terminal; 0: titles stay whole
	paint   term.Paint
	linkUSD float64

	seconds bool // some moment is not at a whole minute
	time    int  // width of the column
	account int  // the same
	there   int  // width of the column of the accounts' own wall times; 0: none differs
}

// render returns the days' blocks, each with its total.
func (c calendar) render(entries []dispatch.PlanEntry) string {
	for _, e := range entries {
		c.seconds = c.seconds || e.At.Second() != 0 || e.At.Nanosecond() != 0
		c.account = max(c.account, term.Cells(e.Account))
	}
	for _, e := range entries {
		c.there = max(c.there, term.Cells(c.elsewhere(e)))
	}
	var b strings.Builder
	for len(entries) > 0 {
		date := entries[0].At.In(c.zone).Format(time.DateOnly)
		n := slices.IndexFunc(entries, func(e dispatch.PlanEntry) bool { return e.At.In(c.zone).Format(time.DateOnly) != date })
		if n < 0 {
			n = len(entries)
		}
		c.day(&b, entries[:n])
		entries = entries[n:]
	}
	return b.String()
}

func (c calendar) day(b *strings.Builder, entries []dispatch.PlanEntry) {
	first := entries[0].At.In(c.zone)
	shift := clockChange(first)
	heading := first.Format("Monday 2 January 2006") + " · " + c.zone.String()
	if shift != "" {
		heading += " · " + shift
	}
	fmt.Fprintln(b, c.paint.In(term.Bold, heading))
	posts, cost := 0, 0.0
	c.time = 0
	for _, e := range entries {
		c.time = max(c.time, len(c.clock(e.At, c.zone, shift != "")))
		if e.Kind == dispatch.PlanPost {
			posts++
		}
		cost += e.CostUSD
	}
	for _, s := range inRuns(entries) {
		c.line(b, s, shift != "")
	}
	total := counted(posts, "post")
	if cost > 0 {
		total += fmt.Sprintf(", $%.3f", cost)
	}
	fmt.Fprintf(b, "  = %s\n\n", total)
}

// stretch is an entry, or several of an account that say the same about slots without a post.
type stretch struct {
	dispatch.PlanEntry
	n    int
	last time.Time
}

// inRuns joins the slots of a day that follow each other on an account without a post.
func inRuns(day []dispatch.PlanEntry) (out []stretch) {
	of := map[string]int{} // the account's last
	for _, e := range day {
		i, ok := of[e.Account]
		quiet := e.Kind == dispatch.PlanEmpty || e.Kind == dispatch.PlanMissed
		if ok && quiet && out[i].Kind == e.Kind && out[i].Reason == e.Reason {
			out[i].n++
			out[i].last = e.At
			continue
		}
		of[e.Account] = len(out)
		out = append(out, stretch{e, 1, e.At})
	}
	return out
}

func (c calendar) line(b *strings.Builder, s stretch, shifting bool) {
	text := "  " + term.Pad(c.clock(s.At, c.zone, shifting), c.time) + "  " + term.Pad(s.Account, c.account) + "  "
	if c.there > 0 {
		text += term.Pad(c.elsewhere(s.PlanEntry), c.there) + "  "
	}
	style := term.Plain
	switch s.Kind {
	case dispatch.PlanPost:
		text += c.title(s.PlanEntry, term.Cells(text), c.asides(s.PlanEntry))
	case dispatch.PlanExpires:
		mark := "EXPIRES UNPOSTED  "
		style, text = term.Loud, text+mark+c.title(s.PlanEntry, term.Cells(text+mark), "")
	case dispatch.PlanNote:
		c.hang(b, term.Loud, text+"NOTE  ", s.Reason)
		return
	case dispatch.PlanEmpty:
		style, text = term.Dim, text+c.empty(s, shifting)
	default:
		why := s.Reason
		if s.n > 1 {
			why += fmt.Sprintf(" (%d slots until %s)", s.n, c.clock(s.last, c.zone, shifting))
		}
		c.hang(b, term.Plain, text+"— ", why)
		return
	}
	fmt.Fprintln(b, c.paint.In(style, text))
}

// hang writes what must be read whole.
func (c calendar) hang(b *strings.Builder, style term.Style, before, text string) {
	for _, l := range term.Hang(before, term.Printable(text), c.columns) {
		fmt.Fprintln(b, c.paint.In(style, l))
	}
}

func (c calendar) empty(s stretch, shifting bool) string {
	if s.n == 1 {
		return "— empty slot"
	}
	return fmt.Sprintf("— %d empty slots until %s", s.n, c.clock(s.last, c.zone, shifting))
}

// asides are what is not plain about a post.
func (c calendar) asides(e dispatch.PlanEntry) string {
	var s string
	switch {
	case e.CostUSD > 0 && e.CostUSD == c.linkUSD:
		s = fmt.Sprintf(" · $%.3f with a link", e.CostUSD)
	case e.CostUSD > 0:
		s = fmt.Sprintf(" · $%.3f", e.CostUSD)
	}
	if e.Reason != "slot" {
		s += " · " + e.Reason
	}
	return s
}

// title is cut so that the line, with what stands before and after, is one of the terminal.
func (c calendar) title(e dispatch.PlanEntry, before int, after string) string {
	const least = 16 // of a title
	t := term.Printable(e.Title)
	if c.columns > 0 {
		t = term.Cut(t, max(c.columns-before-term.Cells(after), least))
	}
	return t + after
}

// clock is a wall time; where the clocks change that day, with what they are set to.
func (c calendar) clock(t time.Time, zone *time.Location, shifting bool) string {
	layout := "15:04"
	if c.seconds {
		layout = "15:04:05"
	}
	if shifting {
		layout += " MST"
	}
	return t.In(zone).Format(layout)
}

// elsewhere is an entry's wall time in the account's own zone, or empty where that
// shows the same as the calendar's.
func (c calendar) elsewhere(e dispatch.PlanEntry) string {
	zone, err := time.LoadLocation(e.Zone)
	if err != nil || e.Zone == c.zone.String() { // a zone that only the daemon knows adds nothing
		return ""
	}
	text := c.clock(e.At, zone, true)
	if there := e.At.In(zone); there.Day() != e.At.In(c.zone).Day() {
		text = there.Format("Mon ") + text
	}
	return "(" + text + ")"
}

// clockChange says how the clocks change on the day of t, or nothing.
func clockChange(t time.Time) string {
	y, m, d := t.Date()
	start, next := time.Date(y, m, d, 0, 0, 0, 0, t.Location()), time.Date(y, m, d+1, 0, 0, 0, 0, t.Location())
	_, at := start.ZoneBounds()
	if at.IsZero() || !at.Before(next) {
		return ""
	}
	_, was := start.Zone()
	_, is := at.Zone()
	by, way := time.Duration(is-was)*time.Second, "forward"
	if by < 0 {
		by, way = -by, "back"
	}
	if by == 0 {
		return ""
	}
	wall := at.UTC().Add(time.Duration(was) * time.Second)
	amount := counted(int(by/time.Minute), "minute")
	if by%time.Hour == 0 {
		amount = counted(int(by/time.Hour), "hour")
	}
	return fmt.Sprintf("clocks go %s %s at %s", way, amount, wall.Format("15:04"))
}
