package status

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed style.css
	styleCSS []byte
	//go:embed live.js
	liveJS []byte
	//go:embed icon.svg
	iconSVG []byte
)

// Event is something that happened, for an operator.
type Event struct {
	At                time.Time
	Level             string // "info", "warn" or "error"
	Text              string
	Account, Delivery string // may be empty
}

// board is all that the page shows, in words.
type board struct {
	Title, Version string
	Started, Read  *moment
	Zone           string
	Verdict        dispatch.Verdict
	Figures        []figure
	Needs          []need
	Accounts       []card
	Week           []weekday
	Charts         []*chart
	Events         []event
	EventsTitle    string
	Stay           bool // does not change by itself
}

// figure is a number with its name.
type figure struct{ Name, Value string }

// builder makes a board of what is known at a moment.
type builder struct {
	clock
	opt    *pages
	status dispatch.Status
}

// pages serves the page and what belongs to it.
type pages struct {
	Options
	template *template.Template
	posts    *postTally // nil: no outbox

	drawing sync.Mutex // one at a time, however many ask
	plan    lastPlan   // under drawing
}

// page registers the page, its files and its stream of changes.
func (opt Options) page(mux *http.ServeMux) (*pages, error) {
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	p := &pages{Options: opt, template: t}
	if opt.Outbox != nil {
		p.posts = &postTally{outbox: opt.Outbox}
	}
	mux.HandleFunc("GET /{$}", p.serve)
	mux.Handle("GET /events", newLive(p))
	for path, file := range map[string]struct {
		kind string
		body []byte
	}{
		"/style.css": {"text/css; charset=utf-8", styleCSS},
		"/live.js":   {"text/javascript; charset=utf-8", liveJS},
		"/icon.svg":  {"image/svg+xml", iconSVG},
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", file.kind)
			_, _ = w.Write(file.body) // a reader that is gone is nobody's trouble
		})
	}
	return p, nil
}

func (p *pages) serve(w http.ResponseWriter, r *http.Request) {
	body, err := p.draw("page", time.Now(), r.URL.Query().Has("stay"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body)
}

// draw executes a part of the template: "page", or "main" alone.
func (p *pages) draw(part string, now time.Time, stay bool) ([]byte, error) {
	p.drawing.Lock()
	defer p.drawing.Unlock()
	b, err := p.board(now)
	if err != nil {
		return nil, err
	}
	b.Stay = stay
	var out bytes.Buffer
	err = p.template.ExecuteTemplate(&out, part, b)
	return out.Bytes(), err
}

// change is the outbox's; without one nothing ever changes.
func (p *pages) change() (uint64, error) {
	if p.Outbox == nil {
		return 0, nil
	}
	return p.Outbox.Change()
}

// board reads everything, by queries that are bounded whatever waits.
func (p *pages) board(now time.Time) (board, error) {
	s, err := p.Status(now)
	if err != nil {
		return board{}, err
	}
	var zone *time.Location
	if p.Zone != nil {
		zone = p.Zone()
	}
	b := &builder{newClock(now, zone), p, s}
	read := b.moment(b.now)
	out := board{Title: p.Title, Version: s.Version, Read: &read, Zone: b.zone.String()}
	if s.StartedAt != nil {
		at := b.moment(*s.StartedAt)
		out.Started = &at
	}
	needs, dead, err := b.needs()
	if err != nil {
		return board{}, err
	}
	out.Needs, out.Verdict = needs, judge(s, dead, b.next())
	for _, a := range s.Accounts {
		c, err := b.card(a)
		if err != nil {
			return board{}, err
		}
		out.Accounts = append(out.Accounts, c)
	}
	if p.Week != nil {
		plan, err := p.plan.of(p, now, b.weekEnd())
		if err != nil {
			return board{}, err
		}
		out.Week = b.week(slices.DeleteFunc(slices.Clone(plan), b.said))
	}
	if err := b.charts(&out); err != nil {
		return board{}, err
	}
	out.Figures = b.figures(out.Charts)
	return out, b.events(&out)
}

// said tells whether an entry of the plan says only that its account does not post, as
// its card does.
func (b *builder) said(e dispatch.PlanEntry) bool {
	return e.Kind == dispatch.PlanNote && slices.ContainsFunc(b.status.Accounts, func(a dispatch.AccountStatus) bool {
		return a.Name == e.Account && (a.State == dispatch.StateStopped || a.State == dispatch.StatePaused)
	})
}

// next is the first post of all accounts.
func (b *builder) next() *moment {
	var first time.Time
	for _, a := range b.status.Accounts {
		if a.Next != nil && (first.IsZero() || a.Next.At.Before(first)) {
			first = a.Next.At
		}
	}
	if first.IsZero() {
		return nil
	}
	m := b.moment(first)
	return &m
}

func (b *builder) charts(out *board) error {
	if b.opt.posts != nil {
		points, err := b.opt.posts.of(b.clock)
		if err != nil {
			return err
		}
		out.Charts = append(out.Charts, newChart("posts", "Posts per day", "post", "posts", points))
	}
	c, err := b.opt.visitsChart(b.now)
	if c != nil {
		out.Charts = append(out.Charts, c)
	}
	return err
}

// figures are the numbers at the top. What is small and final by itself stays out.
func (b *builder) figures(charts []*chart) []figure {
	n := b.status.Counts
	out := []figure{{"queued", grouped(n["scheduled"])}}
	if busy := n["sending"] + n["unknown"]; busy > 0 {
		out = append(out, figure{"in flight", grouped(busy)})
	}
	for _, c := range charts {
		value, noun, _ := strings.Cut(c.Today, " ")
		out = append(out, figure{noun + " today", value})
	}
	return append(out, figure{"posted in all", grouped(n["delivered"])})
}

// event is a line of what happened.
type event struct {
	At            moment
	Tone          string
	Text, Account string
	Delivery, URL string
}

const shownEvents = 12

// events are the latest, newest first; without a memory of them, the latest posts.
func (b *builder) events(out *board) error {
	if b.opt.Events != nil {
		out.EventsTitle = "Recent events"
		all := slices.Clone(b.opt.Events())
		slices.SortStableFunc(all, func(x, y Event) int { return y.At.Compare(x.At) })
		for _, e := range all[:min(shownEvents, len(all))] {
			out.Events = append(out.Events, event{At: b.moment(e.At), Tone: levelTone(e.Level), Text: e.Text, Account: e.Account, Delivery: e.Delivery})
		}
		return nil
	}
	if b.opt.Outbox == nil {
		return nil
	}
	out.EventsTitle = "Latest posts"
	newest, err := b.opt.Outbox.LastReceipt()
	if err != nil {
		return err
	}
	logged, err := b.opt.Outbox.Receipts(newest-min(newest, shownEvents), shownEvents)
	if err != nil {
		return err
	}
	for _, l := range slices.Backward(logged) {
		out.Events = append(out.Events, b.posted(l))
	}
	return nil
}

func (b *builder) posted(l outbox.Logged) event {
	return event{
		At: b.moment(l.Delivery.Receipt.PostedAt), Tone: "good", Text: cmp.Or(strings.TrimSpace(l.Article.Title), l.Article.Slug),
		Account: l.Delivery.Account, Delivery: l.Delivery.ID, URL: webAddress(l.Delivery.Receipt.URL),
	}
}

func levelTone(level string) string {
	switch strings.ToLower(level) {
	case "error":
		return "bad"
	case "warn", "warning":
		return "warn"
	}
	return ""
}
