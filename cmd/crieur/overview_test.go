package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crieur/internal/control"
	"crieur/internal/dispatch"
	"crieur/internal/term"
	"crieur/internal/webhook"
)

// sampleOverview is four accounts with all that can be wrong, and what is planned.
func sampleOverview(t *testing.T) overview {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 27, 12, 3, 9, 0, time.UTC)
	at := func(d time.Duration) time.Time { return now.Add(d).Truncate(time.Minute) }
	started, since := at(-50*time.Hour), at(-time.Hour)
	usd := func(v float64) *float64 { return &v }
	o := overview{look: look{zone: paris, now: now}, Status: dispatch.Status{
		Version: "1.2.0", StartedAt: &started, Ready: true, VisitsToday: 41, VisitsWeek: 507,
		Accounts: []dispatch.AccountStatus{
			{Name: "x-main", Platform: "x", State: dispatch.StateRunning, Queued: 12, SpentUSD: usd(3.215), BudgetUSD: usd(10),
				Next: &dispatch.NextDelivery{Delivery: "1m8ee3739000.x-main", At: at(27 * time.Minute)},
				Last: &dispatch.LastDelivery{PostURL: "https://x.com/examplenews/status/2126283046515638272", At: at(-33 * time.Minute)}},
			{Name: "x-english", Platform: "x", State: dispatch.StatePaused, Queued: 3, SpentUSD: usd(0.4), Reason: "paused by an operator: crieur resume x-english",
				Last: &dispatch.LastDelivery{PostURL: "https://x.com/example_en/status/2126283046515638999", At: at(-26 * time.Hour)}},
			{Name: "mastodon", Platform: "mastodon", State: dispatch.StateStopped, Queued: 1204, Reason: `auth: POST https://m.example/api/v1/statuses: The access token was revoked: put it right, then "crieur resume mastodon"`},
			{Name: "mastodon-local-news", Platform: "mastodon", State: dispatch.StateWaiting, Queued: 8, Reason: "Service Unavailable; next try 2026-11-27T12:04:00Z",
				Next: &dispatch.NextDelivery{Delivery: "1m8ee34mz000.mastodon-local-news", At: at(time.Minute)}},
		},
		Counts:   map[string]int{"scheduled": 1227, "sending": 1, "held": 9, "delivered": 20481, "dead": 3, "expired": 2},
		Webhooks: []webhook.Status{{Host: "https://hooks.example.org", Waiting: 3, Error: "HTTP 500", Since: &since}},
	}}
	titles := []string{
		"Le port de Brest rouvre lundi 🚢 Les ferries reprennent après trois semaines d’arrêt", "日本の港が月曜日に再開する、三週間の停止の後フェリーが戻ってくる",
		"👩‍👩‍👧‍👦 Familles: ce qui change", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", "Une dépêche\x1b[2J du soir",
	}
	for i := range 30 {
		id := fmt.Sprintf("1m8ee3%02d9000.x-main", i)
		o.plan = append(o.plan, dispatch.PlanEntry{At: at(time.Duration(27+i*120) * time.Minute), Account: o.Accounts[i%4].Name, Kind: dispatch.PlanPost, Delivery: &id, Title: titles[i%5], CostUSD: float64(1-i%4%2) * 0.2})
	}
	o.plan[3].Kind = dispatch.PlanExpires
	listed := func(state, title, reason string, ago time.Duration) control.ListedDelivery {
		return control.ListedDelivery{Title: title, StoryDelivery: control.StoryDelivery{
			ID: "1m8edmn9n000.x-main", Account: "x-main", State: state, Reason: reason, Due: at(-ago),
		}}
	}
	for i := range 8 {
		o.held = append(o.held, listed("held", titles[(i+1)%5], `it may or may not be on X (10 looks decided nothing, the last: Unauthorized): look at the account, then "crieur resolve 1m8edmn9n000.x-main --posted URL" or "--not-posted"`, time.Duration(i)*time.Hour))
	}
	o.dead = append(o.dead, listed("dead", "Budget voté de justesse", "POST https://m.example/api/v1/statuses: Validation failed: Text contained a disallowed hashtag: X", 3*time.Hour), listed("dead", "Vieux", "", 300*time.Hour))
	for i := range 30 {
		d := listed("delivered", titles[i%5], "", time.Duration(i)*time.Hour)
		d.Receipt = &control.Receipt{PostID: "1", URL: "https://x.com/examplenews/status/2126283046515638272", PostedAt: at(-time.Duration(i) * 70 * time.Minute)}
		o.delivered = append(o.delivered, d)
	}
	return o
}

var windows = []struct{ columns, rows int }{{80, 24}, {200, 50}, {120, 30}, {40, 10}, {39, 9}, {80, 3}, {1, 1}}

// TestTheWatchedWindowReadsAsProofRead holds each frame to the letter: four accounts
// with everything that is wrong, in windows of all sizes.
func TestTheWatchedWindowReadsAsProofRead(t *testing.T) {
	for _, w := range windows {
		o := sampleOverview(t)
		o.columns = w.columns
		lines := o.frame(w.rows)
		checkFits(t, lines, w.columns, w.rows)
		goldenIn(t, "views", fmt.Sprintf("watch-%dx%d", w.columns, w.rows), strings.Join(lines, "\n")+"\n")
	}
}

// TestNoWindowIsTooSmallAndNoneIsOverfull tries every size, with and without colour.
func TestNoWindowIsTooSmallAndNoneIsOverfull(t *testing.T) {
	o := sampleOverview(t)
	for columns := 1; columns < 230; columns += 3 {
		for rows := 1; rows < 60; rows += 2 {
			o.columns, o.paint = columns, columns%2 == 0
			checkFits(t, o.frame(rows), columns, rows)
		}
	}
}

func checkFits(t *testing.T, lines []string, columns, rows int) {
	t.Helper()
	if len(lines) > rows {
		t.Errorf("%d×%d: %d lines", columns, rows, len(lines))
	}
	for _, l := range lines {
		if n := term.Cells(l); n > columns {
			t.Errorf("%d×%d: %d columns: %q", columns, rows, n, l)
		}
		if strings.Contains(sgr.ReplaceAllString(l, ""), "\x1b") {
			t.Errorf("a title commands the terminal: %q", l)
		}
	}
}

// TestWhatMattersIsInTheSmallestUsualWindow: 80×24 shows all four accounts, the first of
// what waits for a person with its command, and what comes and was posted.
func TestWhatMattersIsInTheSmallestUsualWindow(t *testing.T) {
	o := sampleOverview(t)
	o.columns = 80
	text := strings.Join(o.frame(24), "\n")
	for _, want := range []string{"Needs you", "x-main ", "x-english", "mastodon ", "mastodon-local-news", "stopped", "crieur resume mastodon\n", "crieur resolve 1m8edmn9n000.x-main --posted URL | --not-posted", "COMING UP", "POSTED", "9 held", "$3.215 of $10.00"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// TestTheWordComesFirst holds the word of each state of the whole, and its reasons.
func TestTheWordComesFirst(t *testing.T) {
	started := time.Now()
	running := func(change func(*overview)) overview {
		o := overview{look: look{zone: time.UTC, columns: 80, now: started}, Status: dispatch.Status{StartedAt: &started, Ready: true, Counts: map[string]int{}}}
		o.Accounts = []dispatch.AccountStatus{{Name: "a", Platform: "x", State: dispatch.StateRunning}}
		change(&o)
		return o
	}
	for want, change := range map[string]func(*overview){
		"● All is well": func(*overview) {},
		"● Not running · nothing is posted until \"crieur run\"": func(o *overview) { o.StartedAt = nil },
		"● Needs you · a is stopped":                             func(o *overview) { o.Accounts[0].State = dispatch.StateStopped },
		"● Waiting · a is waiting":                               func(o *overview) { o.Accounts[0].State = dispatch.StateWaiting },
		"● Needs you · 2 held":                                   func(o *overview) { o.Counts["held"] = 2 },
		"● No answer · it is gone":                               func(o *overview) { o.gone = "it is gone" },
	} {
		if got, _, _ := strings.Cut(running(change).whole(), "\n"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestAStatusOnATerminalTellsEveryReasonWhole: nothing is cut but titles of columns.
func TestAStatusOnATerminalTellsEveryReasonWhole(t *testing.T) {
	for _, columns := range []int{80, 200} {
		o := sampleOverview(t)
		o.columns = columns
		text := o.whole()
		checkFits(t, strings.Split(text, "\n"), columns, 1000)
		goldenIn(t, "views", fmt.Sprintf("status-%d", columns), text)
	}
}
