package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// overview is how all stands at a glance: what "status" shows on a terminal.
type overview struct {
	look
	dispatch.Status
	held, dead []control.ListedDelivery // the newest, of the dead only recent ones
	delivered  []control.ListedDelivery // the newest
	plan       []dispatch.PlanEntry     // of the coming days
	gone       string                   // why nobody answers any more; empty: somebody does
}

const (
	deadShown  = 7 * 24 * time.Hour // how long a dead delivery is worth a look
	shownNeeds = 8                  // held and dead deliveries that are read
)

// readOverview asks for all of it but the plan.
func readOverview(ask viewer, recent int) (o overview, err error) {
	if o.Status, err = ask.status(); err != nil {
		return o, err
	}
	for _, want := range []struct {
		state delivery.State
		most  int
		to    *[]control.ListedDelivery
	}{{delivery.Held, shownNeeds, &o.held}, {delivery.Dead, shownNeeds, &o.dead}, {delivery.Delivered, recent, &o.delivered}} {
		if want.most == 0 || o.Counts[string(want.state)] == 0 {
			continue
		}
		if *want.to, err = ask.list(want.state, want.most); err != nil {
			return o, err
		}
	}
	return o, nil
}

// verdict is one word that tells whether all is well, and why not.
func (o overview) verdict() (style term.Style, word string, why []string) {
	switch {
	case o.gone != "":
		return term.Bad, "No answer", []string{o.gone}
	case o.StartedAt == nil:
		return term.Bad, "Not running", []string{"nothing is posted until \"crieur run\""}
	}
	v := o.Verdict(len(o.recentlyDead()))
	return map[dispatch.Tone]term.Style{dispatch.ToneGood: term.Good, dispatch.ToneWarn: term.Loud, dispatch.ToneBad: term.Bad}[v.Tone], v.Word, v.Why
}

func (o overview) recentlyDead() []control.ListedDelivery {
	return slices.DeleteFunc(slices.Clone(o.dead), func(d control.ListedDelivery) bool {
		return o.now.Sub(endOf(d.StoryDelivery)) > deadShown
	})
}

// endOf is when a delivery came to where it stands, as far as it tells.
func endOf(d control.StoryDelivery) time.Time {
	if d.Receipt != nil {
		return d.Receipt.PostedAt
	}
	at := d.Due
	if n := len(d.Attempts); n > 0 {
		at = d.Attempts[n-1].At
	}
	if n := len(d.Looks); n > 0 && d.Looks[n-1].At.After(at) {
		at = d.Looks[n-1].At
	}
	return at
}

// heading is the word with its reasons, and the time where it changes.
func (o overview) heading(clock bool) string {
	style, word, why := o.verdict()
	text := o.in(style, term.Cut("● "+word, o.columns))
	right := ""
	if clock {
		right = o.now.In(o.zone).Format("Mon 2 Jan 15:04:05 MST")
	}
	room := o.columns - term.Cells(text) - term.Cells(right) - 2
	if rest := strings.Join(why, ", "); rest != "" && room > 12 {
		text += term.Cut(" · "+term.Printable(rest), room)
	}
	if right == "" {
		return text
	}
	if term.Cells(text)+2+term.Cells(right) > o.columns {
		return text
	}
	return term.Pad(text, o.columns-term.Cells(right)) + o.in(term.Dim, right)
}

// about is which crieur this is, since when.
func (o overview) about() string {
	text := "crieur " + o.Version
	if o.StartedAt != nil {
		text += ", runs since " + o.short(*o.StartedAt) + " " + o.StartedAt.In(o.zone).Format("MST")
	}
	return o.in(term.Dim, term.Cut(text, o.columns))
}

// accounts is a table with a line each.
func (o overview) accounts() []string {
	t := term.Table{Columns: []term.Column{
		{Title: "ACCOUNT", Least: 16}, {Title: "ON", Spare: 2}, {Title: "STATE"}, {Title: "QUEUED", Right: true}, {Title: "NEXT"}, {Title: "LAST"},
		{Title: "THIS MONTH", Spare: 1}, {Title: "BUDGET", Spare: 3}, {Title: "LAST POST", Least: 30, Spare: 4},
	}}
	for _, a := range o.Accounts {
		next, last, url := "-", "-", ""
		if a.Next != nil {
			next = o.short(a.Next.At)
		}
		if a.Last != nil {
			last, url = o.short(a.Last.At), a.Last.PostURL
		}
		spent, bar := money(a)
		t.Add(term.Cell{Text: term.Printable(a.Name), Style: term.Bold}, term.Cell{Text: platformName(a.Platform)}, term.Cell{Text: a.State, Style: accountStyle(a.State)},
			term.Cell{Text: fmt.Sprint(a.Queued)}, term.Cell{Text: next}, term.Cell{Text: last},
			term.Cell{Text: spent}, term.Cell{Text: bar}, term.Cell{Text: url, Style: term.Dim})
	}
	return strings.Split(strings.TrimSuffix(t.Render(o.columns, o.paint), "\n"), "\n")
}

func accountStyle(state string) term.Style {
	switch state {
	case dispatch.StateRunning:
		return term.Good
	case dispatch.StateStopped, dispatch.StateOffline:
		return term.Bad
	}
	return term.Loud
}

// money is what was spent this month, of which budget.
func money(a dispatch.AccountStatus) (text, bar string) {
	const cells = 10
	switch {
	case a.SpentUSD == nil:
		return "-", ""
	case a.BudgetUSD == nil:
		return usd(*a.SpentUSD), ""
	}
	return usd(*a.SpentUSD) + " of " + usd(*a.BudgetUSD), term.Bar(*a.SpentUSD, *a.BudgetUSD, cells)
}

// usd is an amount with cents, and tenths of them where there are any.
func usd(amount float64) string {
	return strings.TrimSuffix(fmt.Sprintf("$%.3f", amount), "0")
}

// totals counts all deliveries, and visits.
func (o overview) totals() string { return o.in(term.Dim, term.Cut(o.counted(), o.columns)) }

func (o overview) counted() string {
	var parts []string
	for _, st := range delivery.States() {
		if n := o.Counts[string(st)]; n > 0 || st == delivery.Scheduled || st == delivery.Delivered {
			parts = append(parts, fmt.Sprintf("%d %s", n, st))
		}
	}
	text := strings.Join(parts, " · ")
	if o.VisitsWeek > 0 {
		text += fmt.Sprintf(" · visits: %d today, %d in 7 days", o.VisitsToday, o.VisitsWeek)
	}
	return text
}
