package status

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// card is an account on the page.
type card struct {
	ID, Name, Platform string
	State, Tone        string
	Reason             string
	Queued             string
	Next               *upcoming
	Last               *post
	Money              *money
	Verified           *verified
	Unverified         string // why the last check of the login did not confirm it; "": it did
}

// upcoming is what an account posts next.
type upcoming struct {
	Title, ID string
	At        moment
}

// post is a post much as its platform shows it.
type post struct {
	Name        string // of the account there; the account's own where that is not known
	Parts       []part
	URL         string // "" where there is none to follow
	At          moment
	Host, Title string // of the link preview; no host: none
	Picture     string // what the attached picture shows, which replaces the preview; "": none
}

// money is spending against the budget.
type money struct {
	Text    string // exact
	Percent int    // of the budget, 0 to 100; -1: there is no budget
	Tone    string // "good", "warn" from 80 %, "bad" when nothing is left
}

// verified is the last real check of the account's credentials.
type verified struct {
	As string
	At moment
}

// warnSpent is the share of a budget from which on alerts warn too, in percent.
const warnSpent = 80

func (b *builder) card(a dispatch.AccountStatus) (card, error) {
	c := card{
		ID: "account-" + a.Name, Name: a.Name, Platform: platformName(a.Platform), State: a.State, Reason: a.Why(),
		Tone: tone(a.State), Queued: grouped(a.Queued), Money: spending(a),
	}
	if n := a.Next; n != nil {
		title, err := b.title(n.Delivery)
		if err != nil {
			return card{}, err
		}
		c.Next = &upcoming{title, n.Delivery, b.moment(n.At)}
	}
	if a.VerifiedAt != nil {
		c.Verified = &verified{a.VerifiedAs, b.moment(*a.VerifiedAt)}
	}
	c.Unverified = a.VerifyError
	var err error
	c.Last, err = b.last(a, c.Verified)
	return c, err
}

func tone(state string) string {
	switch state {
	case dispatch.StateRunning:
		return "good"
	case dispatch.StateStopped:
		return "bad"
	}
	return "warn"
}

func (b *builder) last(a dispatch.AccountStatus, as *verified) (*post, error) {
	if a.Last == nil {
		return nil, nil
	}
	p := &post{Name: a.Name, URL: webAddress(a.Last.PostURL), At: b.moment(a.Last.At)}
	if as != nil {
		p.Name = "@" + strings.TrimPrefix(as.As, "@")
	}
	if b.opt.Outbox == nil {
		return p, nil
	}
	d, err := b.opt.Outbox.Delivery(a.Last.Delivery)
	if errors.Is(err, outbox.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("last post of account %q: %w", a.Name, err)
	}
	p.Parts = parts(d.Text)
	if d.Media != nil {
		p.Picture = cmp.Or(strings.Join(strings.Fields(d.Media.Alt), " "), "without a description")
		return p, nil
	}
	art, err := b.opt.Outbox.Draft(d.ArticleID)
	if err != nil {
		return nil, fmt.Errorf("last post of account %q: %w", a.Name, err)
	}
	for _, t := range p.Parts {
		if t.Link && strings.HasSuffix(t.Text, "/"+art.Slug) { // the page's address, hence its preview
			p.Host, p.Title = site(t.Text), strings.TrimSpace(art.Title)
		}
	}
	return p, nil
}

// title is that of a delivery's article. One that was cancelled and pruned meanwhile has
// none.
func (b *builder) title(id string) (string, error) {
	articleID, _, ok := strings.Cut(id, ".")
	if b.opt.Outbox == nil || !ok {
		return "", nil
	}
	a, err := b.opt.Outbox.Draft(articleID)
	if errors.Is(err, outbox.ErrNotFound) {
		return "", nil
	}
	return strings.TrimSpace(a.Title), err
}

func spending(a dispatch.AccountStatus) *money {
	if a.SpentUSD == nil {
		return nil
	}
	m := &money{Text: Money(a), Percent: -1, Tone: "good"}
	if a.BudgetUSD == nil || *a.BudgetUSD <= 0 {
		return m
	}
	const whole = 100
	m.Percent = min(int(*a.SpentUSD / *a.BudgetUSD * whole), whole)
	switch {
	case *a.SpentUSD >= *a.BudgetUSD:
		m.Tone = "bad"
	case m.Percent >= warnSpent:
		m.Tone = "warn"
	}
	return m
}
