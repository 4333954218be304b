package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
	"crieur/internal/visits"
)

// desk is a running daemon with all that can be on an operator's desk: a month of posts,
// a queue, a budget nearly spent, something held, something dead, a stopped account and a
// paused one.
type desk struct {
	client *control.Client
	status string // the page's address
	outbox *outbox.Outbox
	held   string // delivery
	stop   func() // ends the daemon, and returns when it has ended
}

// deskAccounts has one account that posts at once, for tests that want something new.
const deskAccounts = `
[[account]]
name = "x-main"
platform = "x"
api_url = %[1]q
credentials = "x-main.toml"
schedule = ["0 8,12,18 * * *"]
catch_up = "none"
monthly_budget_usd = 5.0

[[account]]
name = "x-sport"
platform = "x"
api_url = %[1]q
credentials = "x-sport.toml"
schedule = ["30 9,19 * * *"]
catch_up = "none"
monthly_budget_usd = 2.0

[[account]]
name = "mastodon"
platform = "mastodon"
server = %[2]q
credentials = "mastodon.toml"
schedule = ["15 */4 * * *"]
catch_up = "none"

[[account]]
name = "mastodon-en"
platform = "mastodon"
server = %[2]q
credentials = "mastodon-en.toml"
schedule = ["0 10 * * 1-5"]

[[account]]
name = "breaking"
platform = "mastodon"
server = %[2]q
credentials = "breaking.toml"
min_spacing = "0s"
max_per_day = 0
`

func openDesk(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := writeConfig(dir, box, site{
		baseURL: "https://news.example.org", title: "Le crieur public", x: "x", status: "127.0.0.1:0", pages: "127.0.0.1:0", settle: "100ms",
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crieur.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), "[[account]]")
	if err := os.WriteFile(path, fmt.Appendf([]byte(head), deskAccounts, box.X.URL, box.Mastodon.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	// One login each: two files with the same name would be refused.
	for account, login := range map[string]string{"x-main": "x", "x-sport": "x", "mastodon-en": "mastodon", "breaking": "mastodon"} {
		if err := os.Link(filepath.Join(dir, login+".toml"), filepath.Join(dir, account+".toml")); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{}
	d.fill(t, cfg.Outbox.Path, time.Now())
	d.start(t, cfg)
	return d
}

// fill gives the outbox a past, before the daemon opens it.
func (d *desk) fill(t *testing.T, path string, now time.Time) {
	t.Helper()
	ob, err := outbox.Open(path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := history{t, ob, now, 0}
	for i := range 29 {
		for range (i*5 + 1) % 4 {
			h.delivered([]string{"x-main", "mastodon", "x-sport"}[h.n%3], now.AddDate(0, 0, i-29))
		}
	}
	h.delivered("mastodon-en", now.AddDate(0, 0, -3))
	h.delivered("x-main", now.Add(-2*time.Hour))
	h.delivered("mastodon", now.Add(-95*time.Minute))
	d.held = h.held("x-main", now.Add(-40*time.Minute))
	h.dead("mastodon", now.Add(-26*time.Hour))
	waiting := [][]outbox.NewDelivery{
		{{Account: "x-main", Platform: "x", Expires: now.Add(30 * time.Hour), Priority: -9}},
		{{Account: "mastodon", Platform: "mastodon", Due: now.Add(50 * time.Hour), Priority: 5}},
		{{Account: "mastodon-en", Platform: "mastodon"}},
	}
	for i := range 31 {
		waiting = append(waiting, []outbox.NewDelivery{{Account: "x-main", Platform: "x"}, {Account: "mastodon", Platform: "mastodon"}})
		if i%3 == 0 {
			waiting = append(waiting, []outbox.NewDelivery{{Account: "x-sport", Platform: "x"}})
		}
	}
	h.queue(waiting...)
	h.must(ob.SetAccountState("x-sport", outbox.AccountState{Stopped: true, Since: now.Add(-5 * time.Hour), Reason: "401 Unauthorized: the access token was revoked"}))
	h.must(ob.SetAccountState("mastodon-en", outbox.AccountState{Paused: true, Since: now.Add(-time.Hour)}))
	h.must(ob.Charge("x-main", now.UTC().Format("2006-01"), outbox.Charge{At: now, Op: "posts", Units: 4, Cost: outbox.MicrosOf(3.415)}))
	today := visits.DayOf(now, time.UTC)
	read := map[visits.Key]uint64{}
	for i := range 30 {
		read[visits.Key{Slug: "depeche-1", Day: today.Add(-i), Origin: visits.Mastodon}] = uint64(40 + i*37%90)
		read[visits.Key{Slug: "depeche-1", Day: today.Add(-i), Origin: visits.X}] = uint64(i * 53 % 120)
	}
	h.must(ob.AddVisits(read, today))
	h.must(ob.Verify())
	h.must(ob.Close())
}

func (d *desk) start(t *testing.T, cfg config.Config) {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	running, err := daemon.New(cfg, daemon.Options{Version: "test", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- running.Run(ctx) }()
	done := false
	d.stop = func() {
		stop()
		if done {
			return
		}
		done = true
		if err := <-ended; err != nil {
			t.Errorf("the daemon ended with %v", err)
		}
	}
	t.Cleanup(d.stop)
	if d.client, err = control.Dial(t.Context(), cfg.Control.Socket); err != nil {
		t.Fatal(err)
	}
	d.status, d.outbox = "http://"+running.Addr("status")+"/", running.Service().Outbox
	// What the platforms say of themselves is on the page too.
	for _, a := range running.Service().Engine.Accounts() {
		if err := poll(t.Context(), func() (bool, error) {
			_, ok, err := running.Service().Outbox.Limits(a.Name)
			return ok, err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// history makes deliveries with a past.
type history struct {
	t   *testing.T
	ob  *outbox.Outbox
	now time.Time
	n   int
}

func (h *history) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// headlines are of the lengths that newsrooms write.
var headlines = []string{
	"OpenAI remporte un contrat de 200 millions de dollars avec la Défense américaine",
	"Grève à la SNCF : le trafic reste perturbé lundi",
	"La Banque centrale européenne laisse ses taux inchangés",
	"Tunisie : trois journalistes libérés après six mois de détention",
	"Canicule",
	"Le Parlement adopte en première lecture la loi sur la transparence des algorithmes publics",
}

// queue stores an article for each list of deliveries, and returns the first delivery.
func (h *history) queue(lists ...[]outbox.NewDelivery) (id string) {
	h.t.Helper()
	var news []outbox.NewArticle
	for _, ds := range lists {
		h.n++
		title := headlines[h.n%len(headlines)]
		news = append(news, outbox.NewArticle{Article: article.Article{
			Title: title, Slug: fmt.Sprintf("depeche-%d", h.n), Teaser: "🗞️ " + title, Tags: []string{"Actualité"}, Language: "fr", Format: "text",
			Source: fmt.Sprintf("https://example.org/%d", h.n), Body: fmt.Sprintf("%d. %s.", h.n, title),
		}, Deliveries: ds})
	}
	es, err := h.ob.Enqueue(h.now, news)
	h.must(err)
	return es[0].Deliveries[0].ID
}

// claimed is a delivery whose intent is on disk.
func (h *history) claimed(account string, at time.Time) string {
	h.t.Helper()
	platform := "mastodon"
	if account[0] == 'x' {
		platform = "x"
	}
	id := h.queue([]outbox.NewDelivery{{Account: account, Platform: platform, Due: at}})
	_, err := h.ob.Claim(id, at, outbox.Terms{Compose: func(a outbox.Article) (string, error) {
		return a.Teaser + " #Actualité #Médias\n\nhttps://news.example.org/" + a.Slug, nil
	}})
	h.must(err)
	return id
}

func (h *history) settle(id string, at time.Time, out outbox.Outcome) {
	h.t.Helper()
	_, err := h.ob.Settle(id, 1, at, out)
	h.must(err)
}

func (h *history) delivered(account string, at time.Time) {
	id := h.claimed(account, at)
	h.settle(id, at, outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Status: 200, Receipt: &delivery.Receipt{
		PostID: fmt.Sprint(1445880548472328000 + h.n), URL: fmt.Sprintf("https://social.example.org/@crieur/%d", h.n), PostedAt: at,
	}})
}

func (h *history) held(account string, at time.Time) string {
	id := h.claimed(account, at)
	h.settle(id, at, outbox.Outcome{To: delivery.Unknown, Class: delivery.Ambiguous, Error: "connection reset while waiting for the answer", Due: at})
	_, err := h.ob.Move(id, at, outbox.Outcome{To: delivery.Held, Reason: "the account's posts cannot be read (403 Forbidden), so nobody knows whether it is there: look, then resolve it"})
	h.must(err)
	return id
}

func (h *history) dead(account string, at time.Time) {
	h.settle(h.claimed(account, at), at, outbox.Outcome{To: delivery.Dead, Class: delivery.Permanent, Status: 422, Error: "422: the status is too long", Reason: "422: the status is too long"})
}
