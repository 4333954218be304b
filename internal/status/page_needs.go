package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

const (
	shownNeeds = 5       // held and dead deliveries that are shown one by one
	deadLooked = 50      // of the newest articles' dead deliveries
	deadShown  = 7 * day // how long the page reminds of a dead delivery
)

// need is something that waits for a person.
type need struct {
	ID       string // of the element
	Tone     string // "bad", or "warn" where the rest goes on
	Kind     string
	Title    string
	Account  string
	Why      string
	At       *moment
	Commands []command
}

// command is what to type, and what it is for.
type command struct{ What, Line string }

// Words are the line's, between which alone it may be broken.
func (c command) Words() []string { return strings.Fields(c.Line) }

// needs lists what waits for a person, the worst first, and counts who died lately.
func (b *builder) needs() (out []need, dead int, err error) {
	if !b.status.Ready {
		out = append(out, need{ID: "need-ready", Tone: "bad", Kind: "not ready", Title: "crieur is not ready", Why: strings.Join(b.status.NotReady, "; "),
			Commands: []command{{"see what it logs", "journalctl -u crieur -n 50"}}})
	}
	if why := b.status.ExportError; why != "" {
		out = append(out, need{ID: "need-export", Tone: "bad", Kind: "pages not written", Title: "Posts may lead to pages that the web server does not have", Why: why,
			Commands: []command{{"what helps", "crieur check"}}})
	}
	for _, a := range b.status.Accounts {
		if n, ok := accountNeed(a); ok {
			out = append(out, n)
		}
	}
	held, _, err := b.deliveryNeeds(delivery.Held)
	if err != nil {
		return nil, 0, err
	}
	died, dead, err := b.deliveryNeeds(delivery.Dead)
	if err != nil {
		return nil, 0, err
	}
	out = append(append(out, held...), died...)
	for i, h := range b.status.Webhooks {
		if h.Error == "" && !h.Stopped {
			continue
		}
		n := need{ID: fmt.Sprintf("need-webhook-%d", i), Tone: "warn", Kind: "webhook failing", Title: h.Host, Why: h.Error}
		if h.Stopped {
			n.Kind = "webhook stopped"
		}
		if h.Since != nil {
			at := b.moment(*h.Since)
			n.At = &at
		}
		n.Why += fmt.Sprintf(" (%s)", counted(int(h.Waiting), "receipt waits", "receipts wait"))
		n.Commands = []command{{"when the receiver is well again, all is sent; look with", "crieur status"}}
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(x, y need) int { return strings.Compare(x.Tone, y.Tone) }) // "bad" before "warn"
	return out, dead, nil
}

func accountNeed(a dispatch.AccountStatus) (need, bool) {
	n := need{ID: "need-" + a.Name, Account: a.Name, Title: a.Name, Why: a.Why(), Kind: a.State}
	switch {
	case a.State == dispatch.StateStopped && a.Platform == "": // not in the configuration any more
		n.Tone, n.Commands = "bad", []command{{"see what waits", "crieur list --state scheduled --account " + a.Name}}
	case a.State == dispatch.StateStopped:
		n.Tone, n.Commands = "bad", []command{{"when it is put right", "crieur resume " + a.Name}}
	case a.State == dispatch.StatePaused:
		n.Tone, n.Commands = "warn", []command{{"to post again", "crieur resume " + a.Name}}
	default:
		return need{}, false
	}
	return n, true
}

// deliveryNeeds are the newest deliveries in a state, with how many there are, and how to
// see the others. Of the dead only those that died lately count, among the newest.
func (b *builder) deliveryNeeds(s delivery.State) (out []need, n int, err error) {
	if b.opt.Outbox == nil || b.status.Counts[string(s)] == 0 {
		return nil, 0, nil
	}
	filter := outbox.Filter{State: s, Limit: shownNeeds}
	if s == delivery.Dead {
		filter.Limit = deadLooked
	}
	err = b.opt.Outbox.List(filter, func(d delivery.Delivery, a outbox.Article) bool {
		at := ended(d)
		if s == delivery.Dead && b.now.Sub(at) > deadShown {
			return true
		}
		if n++; n <= shownNeeds {
			out = append(out, b.deliveryNeed(d, strings.TrimSpace(a.Title), b.moment(at)))
		}
		return true
	})
	if s == delivery.Held {
		n = b.status.Counts[string(s)]
	}
	if more := n - len(out); err == nil && more > 0 && len(out) > 0 {
		out = append(out, need{ID: "need-more-" + string(s), Tone: out[0].Tone, Kind: string(s), Title: "and " + grouped(more) + " more",
			Commands: []command{{"see all", "crieur list --state " + string(s)}}})
	}
	return out, n, err
}

func (b *builder) deliveryNeed(d delivery.Delivery, title string, at moment) need {
	n := need{ID: "need-" + d.ID, Tone: "bad", Kind: string(d.State), Title: title, Account: d.Account, Why: why(d), At: &at, Commands: commandsFor(d)}
	if d.State == delivery.Dead { // there is nothing that waits for the person
		n.Tone = "warn"
	}
	return n
}

func commandsFor(d delivery.Delivery) []command {
	show := command{"its whole story", "crieur show " + d.ID}
	if d.State == delivery.Dead {
		return []command{show, {"to post it after all", "crieur enqueue --again --account " + d.Account + " FILE"}}
	}
	if delivery.Unsent(d.Reason) {
		return []command{{"once it is put right, to send it", "crieur resolve " + d.ID + " --not-posted"}, show}
	}
	return []command{
		{"if it is there", "crieur resolve " + d.ID + " --posted URL"},
		{"if it is not, to send it", "crieur resolve " + d.ID + " --not-posted"},
		show,
	}
}

// why is the reason of a delivery, or else what its last attempt met.
func why(d delivery.Delivery) string {
	if d.Reason != "" {
		return d.Reason
	}
	if n := len(d.Attempts); n > 0 {
		return d.Attempts[n-1].Error
	}
	return ""
}

// ended is when a delivery came to where it stands, as far as it tells.
func ended(d delivery.Delivery) time.Time {
	at := d.CreatedAt
	if n := len(d.Attempts); n > 0 {
		at = d.Attempts[n-1].At
	}
	if n := len(d.Looks); n > 0 && d.Looks[n-1].At.After(at) {
		at = d.Looks[n-1].At
	}
	return at
}
