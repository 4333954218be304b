package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/dispatch"
	"crieur/internal/term"
)

func parisLook(t *testing.T, columns int) look {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return look{zone: paris, columns: columns, now: time.Date(2026, 11, 27, 12, 3, 9, 0, time.UTC)}
}

// samplePreview is the sample article's, with everything that a preview can have.
func samplePreview(t *testing.T) control.Preview {
	t.Helper()
	read, err := article.Read("sample.txt", article.Sample(), article.Options{Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	api, err := daemon.OpenPreview(config.Sample(), "test")
	if err != nil {
		t.Fatal(err)
	}
	p, err := api.Preview(t.Context(), control.Request{Article: read})
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range p.Posts {
		p.Posts[i].Username = "example_news"
	}
	p.Article.Repairs = p.Article.Repairs[:12]
	p.Posts[1].ContentWarning = "politique, armée"
	return p
}

// TestPostsAreDrawnAsThePlatformsShowThem, below each other and beside each other.
func TestPostsAreDrawnAsThePlatformsShowThem(t *testing.T) {
	p := samplePreview(t)
	for _, columns := range []int{40, 80, 200} {
		l := parisLook(t, columns)
		text := l.drawPreview(p)
		checkFits(t, strings.Split(text, "\n"), columns, 1000)
		goldenIn(t, "views", fmt.Sprintf("preview-%d", columns), text)
		l.paint = true
		coloured := l.drawPreview(p)
		checkFits(t, strings.Split(coloured, "\n"), columns, 1000)
		if plain := sgr.ReplaceAllString(coloured, ""); plain != text {
			t.Errorf("colour changes the text:\n%s", plain)
		}
	}
}

// TestAnAttachedPictureIsDrawnInsteadOfTheCard, with what those learn of it who do not see it.
func TestAnAttachedPictureIsDrawnInsteadOfTheCard(t *testing.T) {
	p := samplePreview(t)
	p.Article.Repairs = nil
	p.Posts[0].Media = &control.Media{Origin: "article", Type: "image/jpeg", Width: 600, Height: 900, Bytes: 45_600, Alt: "Un ferry blanc à quai,\nvu du nord, avec une grue rouge et trois marins qui attendent la fin de la pluie"}
	p.Posts[1].Media = &control.Media{Origin: "share", Type: "image/png", Width: 1200, Height: 630, Bytes: 1_234_567}
	for _, columns := range []int{40, 80} {
		l := parisLook(t, columns)
		text := l.drawPosts(p)
		checkFits(t, strings.Split(text, "\n"), columns, 1000)
		goldenIn(t, "views", fmt.Sprintf("preview-picture-%d", columns), text)
		if strings.Contains(text, "[share image]") || strings.Contains(text, "From ") || !strings.Contains(text, "no alt text") {
			t.Errorf("%s", text)
		}
		if l.paint = true; sgr.ReplaceAllString(l.drawPosts(p), "") != text {
			t.Error("colour changes the text")
		}
	}
}

// TestALinkIsShownAsEachPlatformCutsIt.
func TestALinkIsShownAsEachPlatformCutsIt(t *testing.T) {
	for link, want := range map[string][2]string{
		"https://www.nytimes.com/2021/01/21/us/politics.html":  {"nytimes.com/2021/01/21/us/…", "nytimes.com/2021/01/21/us/poli…"},
		"http://news.example.org":                              {"news.example.org", "news.example.org"},
		"https://a-long-domain-of-a-newspaper.example.org/abc": {"a-long-domain-of-a-newspaper.example.org/abc", "a-long-domain-of-a-newspaper.e…"},
	} {
		if x, m := shownByX(link), shownByMastodon(link); x != want[0] || m != want[1] {
			t.Errorf("%s: X %q, Mastodon %q; want %q", link, x, m, want)
		}
	}
}

// sampleStory has each kind of attempt and look, and each state that asks for a person.
func sampleStory() control.Story {
	at := func(minutes int) time.Time { return time.Date(2026, 11, 27, 8, 30+minutes, 0, 0, time.UTC) }
	receipt := &control.Receipt{PostID: "2126283180901138432", URL: "https://x.com/example_news/status/2126283180901138432", PostedAt: at(20)}
	const text = "Le port de Brest rouvre lundi 🚢\n\n#Brest\nhttps://news.example.org/le-port-de-brest-rouvre-lundi"
	return control.Story{
		ID: "1m8edm4kk000", URL: "https://news.example.org/le-port-de-brest-rouvre-lundi", Title: "Le port de Brest rouvre lundi", Source: "https://example.org/3",
		EnqueuedAt: at(-60), UpdatedAt: at(300), Deliveries: []control.StoryDelivery{
			{ID: "1m8edm4kk000.x-main", Account: "x-main", Platform: "x", State: "delivered", Due: at(0), Text: text, Receipt: receipt, ChargedUSD: 0.4, Attempts: []control.Attempt{
				{N: 1, At: at(0), Class: "throttled", Status: 429, Error: "POST https://api.x.com/2/tweets: Too Many Requests"},
				{N: 2, At: at(15), Class: "refused", Error: "POST https://api.x.com/2/tweets: dial tcp 192.0.2.1:443: connect: connection refused"},
				{N: 3, At: at(17), Class: "ambiguous", Status: 503, Error: "POST https://api.x.com/2/tweets: Service Unavailable"},
				{N: 4, At: at(20), Class: "ambiguous", Error: "POST https://api.x.com/2/tweets: sent, but no answer came: read tcp 192.0.2.1:4->192.0.2.2:443: read: connection reset by peer"},
			}},
			{ID: "1m8edm4kk000.mastodon", Account: "mastodon", Platform: "mastodon", State: "held", Due: at(0), Text: text,
				Reason:   `it may or may not be on Mastodon (the account's posts cannot be read: Unauthorized): look at the account, then "crieur resolve 1m8edm4kk000.mastodon --posted URL" or "--not-posted"`,
				Attempts: []control.Attempt{{N: 1, At: at(1), Class: "ambiguous", Error: "sent, but no answer came: timeout"}},
				Looks:    []control.Look{{At: at(3), Absent: true}, {At: at(24 * 60), Error: "GET https://m.example/api/v1/accounts/1/statuses: Unauthorized"}}},
			{ID: "1m8edm4kk000.x-english", Account: "x-english", Platform: "x", State: "dead", Due: at(0), Reason: "POST https://api.x.com/2/tweets: too long", Attempts: []control.Attempt{{N: 1, At: at(1), Class: "permanent", Status: 400, Error: "POST https://api.x.com/2/tweets: too long"}}},
			{ID: "1m8edm4kk000.local", Account: "local", Platform: "mastodon", State: "scheduled", Due: at(500), Timed: true, Attempts: []control.Attempt{{N: 1, At: at(1), Class: "auth", Status: 401, Error: "The access token was revoked"}}},
			{ID: "1m8edm4kk000.late", Account: "late", Platform: "mastodon", State: "unknown", Due: at(1), NextLook: at(9), Attempts: []control.Attempt{{N: 1, At: at(1), Class: "ambiguous", Error: "the outbox was restored from a backup: it may have been posted since"}}},
		},
	}
}

// TestAStoryIsToldInPlainWords holds the whole timeline, on a terminal and in a pipe.
func TestAStoryIsToldInPlainWords(t *testing.T) {
	for _, columns := range []int{0, 80} {
		tell := teller{look: parisLook(t, columns), story: sampleStory(), accounts: []dispatch.AccountStatus{
			{Name: "local", State: dispatch.StateStopped, Reason: `auth: The access token was revoked: put it right, then "crieur resume local"`},
		}}
		text := tell.tell()
		if columns > 0 {
			checkFits(t, strings.Split(text, "\n"), columns, 1000)
		}
		goldenIn(t, "views", fmt.Sprintf("story-%d", columns), text)
	}
}

// TestWhatWasHeldUnsentIsNotToldAsPosted: nothing can be on the platform, so nobody is
// sent to look for it.
func TestWhatWasHeldUnsentIsNotToldAsPosted(t *testing.T) {
	d := control.StoryDelivery{
		ID: "1.x", Account: "x", Platform: "x", State: "held",
		Reason:   `not sent: the picture: this login may not upload pictures: give the login that right (authorise it anew), then "crieur resolve 1.x --not-posted" sends it`,
		Attempts: []control.Attempt{{N: 1, Class: "throttled", Status: 403, Error: "not sent: the picture: this login may not upload pictures"}},
	}
	tell := teller{look: parisLook(t, 0)}
	tell.delivery(d)
	got := tell.b.String()
	for _, want := range []string{"try 1: not sent, X answered 403 (the picture: this login may not upload pictures)", "crieur resolve 1.x --not-posted", "authorise it anew"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	o := overview{held: []control.ListedDelivery{{StoryDelivery: d}}}
	for _, n := range o.needs() {
		got += n.command
	}
	for _, wrong := range []string{"asks to wait", "--posted"} {
		if strings.Contains(got, wrong) {
			t.Errorf("%q in:\n%s", wrong, got)
		}
	}
}

// TestWhatComesNextDependsOnTheAccount: a scheduled delivery tells what it waits for.
func TestWhatComesNextDependsOnTheAccount(t *testing.T) {
	at := time.Date(2026, 11, 27, 13, 0, 0, 0, time.UTC)
	next := func(id string) *dispatch.NextDelivery { return &dispatch.NextDelivery{Delivery: id, At: at} }
	for want, acc := range map[string]dispatch.AccountStatus{
		"no daemon is running":                            {Name: "a", State: dispatch.StateOffline},
		"posted next, at 2026-11-27 14:00:00 CET (UTC+1)": {Name: "a", State: dispatch.StateRunning, Next: next("1.a")},
		"a posts next at 2026-11-27 14:00:00 CET":         {Name: "a", State: dispatch.StateRunning, Next: next("2.a")},
		"a is paused: by somebody":                        {Name: "a", State: dispatch.StatePaused, Reason: "by somebody"},
		"not in the configuration":                        {Name: "b"},
	} {
		tell := teller{look: parisLook(t, 0), accounts: []dispatch.AccountStatus{acc}}
		if got := tell.turn(control.StoryDelivery{ID: "1.a", Account: "a"}); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAListIsATableOnATerminal, also where it is longer than what its widths are taken from.
func TestAListIsATableOnATerminal(t *testing.T) {
	for _, columns := range []int{80, 200} {
		var out bytes.Buffer
		list := newListing(parisLook(t, columns), &out)
		for i := range measured + 10 {
			for _, d := range sampleStory().Deliveries {
				d.ID = fmt.Sprintf("1m8edm4k%03d0.%s", i, d.Account)
				title := "Le port de Brest rouvre lundi 🚢 Les ferries reprennent"
				if i > measured {
					title = strings.Repeat("日本の港が月曜日に再開する", 30)
				}
				if err := list.add(control.ListedDelivery{Title: title, StoryDelivery: d}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := list.end(); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		checkFits(t, lines, columns, 5*measured+100)
		if want := 1 + 5*(measured+10) + 1; len(lines) != want {
			t.Errorf("%d lines, want %d", len(lines), want)
		}
		goldenIn(t, "views", fmt.Sprintf("list-%d", columns), strings.Join(lines[:7], "\n")+"\n")
	}
}

// TestEnqueuedArticlesAreToldOneByOneOrAsATable.
func TestEnqueuedArticlesAreToldOneByOneOrAsATable(t *testing.T) {
	l := parisLook(t, 80)
	var asked []control.Request
	var stored []control.Enqueued
	when := outlook{planned: map[string]dispatch.PlanEntry{}, site: l.zone, now: l.now}
	for i := range 7 {
		var r control.Request
		r.Article.Article.Title = "Le port de Brest rouvre lundi 🚢 Les ferries reprennent après trois semaines d’arrêt"
		e := control.Enqueued{ID: fmt.Sprintf("1m8edm4kk%03d", i), URL: "https://news.example.org/le-port-de-brest-rouvre-lundi", Existing: i%3 == 1, Deliveries: []control.EnqueuedDelivery{
			{ID: fmt.Sprintf("%d.x-main", i), Account: "x-main", State: "scheduled", Due: l.now}, {Account: "mastodon", State: "delivered"},
		}}
		if i == 4 {
			e.Added = 1
		}
		if i == 0 {
			e.Warnings = []string{`line 1: "l Amérique" is probably "l’Amérique" (lost apostrophe): --accept-proposals takes it`}
		}
		if i != 2 {
			id := e.Deliveries[0].ID
			when.planned[id] = dispatch.PlanEntry{At: l.now.Add(time.Duration(i*20) * time.Hour), Kind: dispatch.PlanPost, Delivery: &id}
		}
		asked, stored = append(asked, r), append(stored, e)
	}
	for name, n := range map[string]int{"few": 3, "many": 7} {
		var out bytes.Buffer
		if err := (&app{out: &out}).drawEnqueued(l, asked[:n], stored[:n], when); err != nil {
			t.Fatal(err)
		}
		checkFits(t, strings.Split(out.String(), "\n"), 80, 1000)
		goldenIn(t, "views", "enqueued-"+name, out.String())
	}
}

// TestAPipeGetsNeitherColourNorTables.
func TestAPipeGetsNeitherColourNorTables(t *testing.T) {
	l := (&app{out: new(bytes.Buffer), zone: time.UTC}).look()
	if l.drawn() || bool(l.paint) || l.in(term.Bold, "x") != "x" {
		t.Errorf("%+v", l)
	}
}
