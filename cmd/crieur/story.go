package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// happening is one line of a timeline.
type happening struct {
	at   time.Time
	text string
}

// timeline tells each attempt and look in plain words, a block a day.
func (t *teller) timeline(d control.StoryDelivery) {
	var all []happening
	for i, at := range d.Attempts {
		text := attemptInWords(at, platformName(d.Platform)) + outcome(d, i)
		if again := triedAgain(d, i); !again.IsZero() {
			text += "; next try " + t.clock(again, at.At)
		}
		all = append(all, happening{at.At, text})
	}
	for _, l := range d.Looks {
		text := "looked for it on " + platformName(d.Platform) + ": not there"
		if !l.Absent {
			text = "looked for it on " + platformName(d.Platform) + ", undecided: " + plainError(l.Error)
		}
		all = append(all, happening{l.At, text})
	}
	slices.SortStableFunc(all, func(a, b happening) int { return a.at.Compare(b.at) })
	day := ""
	for _, h := range all {
		local := h.at.In(t.zone)
		if is := local.Format("Mon 2 Jan 2006") + ", " + offset(local); is != day {
			day = is
			t.b.WriteString("  " + t.in(term.Dim, day) + "\n")
		}
		for _, l := range term.Hang("    "+local.Format(time.TimeOnly)+"  ", term.Printable(h.text), t.columns) {
			t.b.WriteString(l + "\n")
		}
	}
}

// triedAgain is when an attempt that certainly did not post was followed by another, or
// will be; zero: never, or what comes next is told otherwise.
func triedAgain(d control.StoryDelivery, i int) time.Time {
	switch delivery.Class(d.Attempts[i].Class) {
	case delivery.Refused, delivery.Throttled:
	default:
		return time.Time{}
	}
	if i+1 < len(d.Attempts) {
		return d.Attempts[i+1].At
	}
	if delivery.State(d.State) == delivery.Scheduled {
		return d.Due
	}
	return time.Time{}
}

// clock is a moment beside another one: the time alone on the same day.
func (l look) clock(t, beside time.Time) string {
	t = t.In(l.zone)
	if t.Format(time.DateOnly) == beside.In(l.zone).Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format("2 Jan " + time.TimeOnly)
}

// attemptInWords says what was tried, what was answered, and what that did to the world.
func attemptInWords(a control.Attempt, platform string) string {
	class := delivery.Class(a.Class)
	if class == delivery.Throttled && a.Status == 0 {
		return cmp.Or(a.Error, "not sent") // no platform was asked
	}
	if told, unsent := strings.CutPrefix(a.Error, delivery.NotSent); unsent { // it answered to something else than a post
		if a.Status == 0 {
			return fmt.Sprintf("try %d: not sent (%s)", a.N, plainError(told))
		}
		return fmt.Sprintf("try %d: not sent, %s answered %d (%s)", a.N, platform, a.Status, plainError(told))
	}
	if class == delivery.Ambiguous && a.Status == 0 && strings.HasPrefix(a.Error, "the outbox was restored") {
		return a.Error
	}
	sent := fmt.Sprintf("try %d: sent to %s", a.N, platform)
	switch {
	case a.Status != 0:
		sent += fmt.Sprintf(", which answered %d", a.Status)
	case class == delivery.Ambiguous || class == delivery.Refused:
		sent += ", no answer"
	}
	sent += ": " + map[delivery.Class]string{
		"":                 "under way",
		delivery.OK:        "posted",
		delivery.Refused:   "not posted",
		delivery.Throttled: "not posted, it asks to wait",
		delivery.Auth:      "not posted, it does not accept the login",
		delivery.Quota:     "not posted, the account's quota or credit is used up",
		delivery.Permanent: "not posted, it will never take this post",
		delivery.Ambiguous: "it may or may not be posted",
	}[class]
	if a.Error != "" {
		sent += " (" + plainError(a.Error) + ")"
	}
	return sent
}

// outcome is what became of an attempt in the end, as far as the record tells.
func outcome(d control.StoryDelivery, i int) string {
	last := i+1 == len(d.Attempts)
	switch class := delivery.Class(d.Attempts[i].Class); {
	case class == delivery.OK && d.Receipt != nil:
		return " as " + d.Receipt.PostID
	case class == delivery.Ambiguous && !last:
		return "; it turned out not to be posted, so it was sent again"
	case class == delivery.Ambiguous && d.Receipt != nil:
		return "; it turned out to be posted, as " + d.Receipt.PostID
	}
	return ""
}

// request is what errors of adapters and of the network begin with: what was asked of
// which address, over which connection.
var request = regexp.MustCompile(`\b(?:GET|POST|PUT|DELETE) https?://\S+: |\b(?:read|write|dial) tcp [0-9.:\[\]a-f>-]+: (?:(?:read|write|connect): )?`)

// plainError leaves out what only a developer reads; --json and the log have it.
func plainError(text string) string { return request.ReplaceAllString(text, "") }

func platformName(p string) string {
	switch p {
	case "x":
		return "X"
	case "mastodon":
		return "Mastodon"
	}
	return p
}

// next says what comes now, and what to type where it needs a person.
func (t *teller) next(d control.StoryDelivery) {
	say := func(style term.Style, text string) {
		for _, l := range term.Hang("  -> ", term.Printable(text), t.columns) {
			t.b.WriteString(t.in(style, l) + "\n")
		}
	}
	command := func(line, why string) {
		t.b.WriteString("     " + t.in(term.Bold, line) + "\n")
		if why != "" {
			t.b.WriteString("       " + t.in(term.Dim, why) + "\n")
		}
	}
	switch delivery.State(d.State) {
	case delivery.Scheduled:
		say(term.Plain, t.turn(d))
	case delivery.Sending:
		say(term.Plain, "it is being sent; how that ends will stand here")
	case delivery.Unknown:
		say(term.Loud, fmt.Sprintf("crieur looks for it on %s at %s and sends nothing before it knows", platformName(d.Platform), t.moment(d.NextLook)))
	case delivery.Held:
		reason, _, _ := strings.Cut(d.Reason, ", then \"crieur resolve") // which follows
		say(term.Loud, "needs a person: "+plainError(reason))
		if delivery.Unsent(d.Reason) {
			command(fmt.Sprintf("crieur resolve %s --not-posted", d.ID), "once that is put right: it is sent again")
			return
		}
		command(fmt.Sprintf("crieur resolve %s --posted URL", d.ID), "it is on the platform, at URL")
		command(fmt.Sprintf("crieur resolve %s --not-posted", d.ID), "it is not: it is sent again")
	case delivery.Dead:
		say(term.Plain, "this is final; once what was wrong is put right, this makes a new delivery:")
		command(fmt.Sprintf("crieur enqueue --again --account %s FILE", d.Account), "")
	}
}

// turn tells what a scheduled delivery waits for.
func (t *teller) turn(d control.StoryDelivery) string {
	i := slices.IndexFunc(t.accounts, func(a dispatch.AccountStatus) bool { return a.Name == d.Account })
	switch {
	case t.accounts == nil:
		return "it waits; \"crieur plan\" tells for when"
	case i < 0:
		return "it waits for its account, which is not in the configuration"
	}
	switch acc := t.accounts[i]; {
	case acc.State == dispatch.StateOffline:
		return "no daemon is running: nothing is posted until \"crieur run\""
	case acc.State != dispatch.StateRunning:
		return fmt.Sprintf("%s is %s: %s", acc.Name, acc.State, acc.Reason)
	case acc.Next != nil && acc.Next.Delivery == d.ID:
		return "posted next, at " + t.moment(acc.Next.At)
	case acc.Next != nil:
		return fmt.Sprintf("%s posts next at %s, another article; \"crieur plan\" tells when it is this one's turn", acc.Name, t.moment(acc.Next.At))
	}
	return "it waits; \"crieur plan\" tells for when"
}
