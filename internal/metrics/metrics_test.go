package metrics

import (
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/visits"
	"crieur/internal/webhook"
)

func full() Reading {
	at := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	spent, budget := 4.2, 5.0
	return Reading{
		Receipts: 7, Size: 65536, Free: 1 << 30,
		Turns: []dispatch.Turn{{Account: "x-main", Platform: "x", Last: at}, {Account: "fedi", Platform: "mastodon"}},
		Status: dispatch.Status{
			Counts: map[string]int{"scheduled": 3, "held": 1}, LastBackupAt: &at, ExportError: "secret-slug",
			Accounts: []dispatch.AccountStatus{
				{Name: "x-main", Platform: "x", State: dispatch.StateRunning, Queued: 3, SpentUSD: &spent, BudgetUSD: &budget,
					Next: &dispatch.NextDelivery{Delivery: "secret-slug.x-main", At: at.Add(time.Hour)},
					Last: &dispatch.LastDelivery{Delivery: "secret-slug.x-main", PostURL: "https://x.example/secret-slug", At: at}},
				{Name: "fedi", Platform: "mastodon", State: dispatch.StateStopped, Reason: "secret-slug"},
			},
			Webhooks: []webhook.Status{{Host: "https://hooks.example", Waiting: 2, Error: "secret-slug"}},
		},
	}
}

func newMetrics(read func(time.Time) (Reading, error)) *Metrics {
	m := New(Options{Version: "1.2.3", Ready: func(time.Time) bool { return true }, Read: read})
	m.Accounts([]dispatch.Account{{Name: "x-main", Platform: "x"}, {Name: "fedi", Platform: "mastodon"}})
	m.Count(dispatch.Counted{What: dispatch.CountedAttempt, Account: "x-main", Platform: "x", Result: string(delivery.Refused)})
	m.Count(dispatch.Counted{What: dispatch.CountedLook, Account: "fedi", Platform: "mastodon", Result: "found"})
	m.Count(dispatch.Counted{What: dispatch.CountedBreaker, Account: "fedi", Platform: "mastodon"})
	m.Alerts(2, true)
	m.Alerts(1, false)
	for _, code := range []int{200, 204, 301, 404, 503, 0, 999} {
		m.Request(code)
	}
	m.Visit(visits.Feed)
	m.Visit(visits.None)
	return m
}

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("%d %s: %s", w.Code, w.Header(), w.Body)
	}
	return w.Body.String()
}

func lineIn(text, line string) bool { return slices.Contains(strings.Split(text, "\n"), line) }

func TestEachMetricHasItsValue(t *testing.T) {
	text := scrape(t, newMetrics(func(time.Time) (Reading, error) { return full(), nil }))
	for _, want := range []string{
		"crieur_ready 1", "crieur_outbox_readable 1", "crieur_receipts_total 7", "crieur_outbox_size_bytes 65536", "crieur_outbox_free_bytes 1.073741824e+09",
		"crieur_last_backup_timestamp_seconds 1.7955072e+09", "crieur_export_failing 1",
		`crieur_deliveries{state="scheduled"} 3`, `crieur_deliveries{state="held"} 1`, `crieur_deliveries{state="dead"} 0`,
		`crieur_queued_deliveries{account="x-main",platform="x"} 3`,
		`crieur_account_state{account="x-main",platform="x",state="running"} 1`, `crieur_account_state{account="x-main",platform="x",state="stopped"} 0`,
		`crieur_account_state{account="fedi",platform="mastodon",state="stopped"} 1`,
		`crieur_last_post_timestamp_seconds{account="x-main",platform="x"} 1.7955072e+09`, `crieur_next_post_timestamp_seconds{account="x-main",platform="x"} 1.7955108e+09`,
		`crieur_month_spent_usd{account="x-main",platform="x"} 4.2`, `crieur_month_budget_usd{account="x-main",platform="x"} 5`,
		`crieur_worker_last_turn_timestamp_seconds{account="x-main",platform="x"} 1.7955072e+09`,
		`crieur_webhook_waiting_receipts{webhook="1"} 2`, `crieur_webhook_failing{webhook="1"} 1`,
		`crieur_attempts_total{account="x-main",class="refused",platform="x"} 1`, `crieur_attempts_total{account="fedi",class="ok",platform="mastodon"} 0`,
		`crieur_looks_total{account="fedi",platform="mastodon",result="found"} 1`, `crieur_breaker_trips_total{account="fedi",platform="mastodon"} 1`,
		`crieur_alerts_total{outcome="sent"} 2`, `crieur_alerts_total{outcome="lost"} 1`,
		`crieur_page_requests_total{code="2xx"} 2`, `crieur_page_requests_total{code="5xx"} 1`, `crieur_page_requests_total{code="other"} 2`,
		`crieur_page_visits_total{origin="feed"} 1`, `crieur_page_visits_total{origin="crawler"} 0`,
	} {
		if !lineIn(text, want) {
			t.Errorf("no line %s in\n%s", want, text)
		}
	}
	for _, never := range []string{"secret-slug", "hooks.example", `last_turn_timestamp_seconds{account="fedi"`, `post_timestamp_seconds{account="fedi"`, `usd{account="fedi"`} {
		if strings.Contains(text, never) {
			t.Errorf("%s in\n%s", never, text)
		}
	}
}

// An outbox that was never backed up is no alarm: there may be other backups.
func TestABackupThatNeverWasHasNoMoment(t *testing.T) {
	text := scrape(t, newMetrics(func(time.Time) (Reading, error) {
		r := full()
		r.Status.LastBackupAt = nil
		return r, nil
	}))
	if strings.Contains(text, "crieur_last_backup") || !lineIn(text, "crieur_outbox_readable 1") {
		t.Errorf("%s", text)
	}
}

func TestLabelsAreOfTheClosedSet(t *testing.T) {
	text := scrape(t, newMetrics(func(time.Time) (Reading, error) { return full(), nil }))
	for _, m := range regexp.MustCompile(`(?m)^crieur_\w+\{(.*)\}`).FindAllStringSubmatch(text, -1) {
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(m[1], -1) {
			if !slices.Contains([]string{"account", "platform", "class", "state", "result", "outcome", "code", "origin", "webhook", "version", "goversion"}, l[1]) {
				t.Errorf("label %s in %s", l[1], m[0])
			}
		}
	}
}

func TestAScrapeGoesOnWithoutTheOutbox(t *testing.T) {
	text := scrape(t, newMetrics(func(time.Time) (Reading, error) { return full(), errors.New("disk gone") }))
	for _, want := range []string{"crieur_ready 0", "crieur_outbox_readable 0", `crieur_alerts_total{outcome="sent"} 2`} {
		if !lineIn(text, want) {
			t.Errorf("no line %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "crieur_deliveries{") {
		t.Errorf("what could not be read is told:\n%s", text)
	}
}

func TestAScrapeIsBoundedWhateverTheDiskDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang, reading := make(chan struct{}), atomic.Int32{}
		m := newMetrics(func(time.Time) (Reading, error) {
			reading.Add(1)
			<-hang
			return full(), nil
		})
		for range 3 {
			begun := time.Now()
			if text := scrape(t, m); !lineIn(text, "crieur_ready 0") {
				t.Errorf("a disk that hangs is ready:\n%s", text)
			}
			if took := time.Since(begun); took > readWithin {
				t.Errorf("a scrape took %s", took)
			}
		}
		if n := reading.Load(); n != 1 {
			t.Errorf("%d readers hang, want one", n)
		}
		close(hang)
		synctest.Wait()
		if text := scrape(t, m); !lineIn(text, "crieur_ready 1") {
			t.Errorf("the disk answers again:\n%s", text)
		}
	})
}

// Readiness asks the disk too.
func TestAScrapeIsBoundedWhereReadinessHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		m := New(Options{Ready: func(time.Time) bool { <-hang; return true }, Read: func(time.Time) (Reading, error) { return full(), nil }})
		begun := time.Now()
		if text := scrape(t, m); !lineIn(text, "crieur_ready 0") || time.Since(begun) > readWithin {
			t.Errorf("after %s:\n%s", time.Since(begun), text)
		}
		close(hang)
		synctest.Wait()
	})
}

// promtool finds Prometheus' own checker, which must be there where CRIEUR_NEED_PROMTOOL is set.
func promtool(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil && os.Getenv("CRIEUR_NEED_PROMTOOL") != "" {
		t.Fatal("no promtool here, and CRIEUR_NEED_PROMTOOL is set: apt-get install --no-install-recommends prometheus")
	}
	if err != nil {
		t.Skip("no promtool here: apt-get install --no-install-recommends prometheus")
	}
	return path
}

func TestPromtoolHasNothingToSay(t *testing.T) {
	cmd := exec.Command(promtool(t), "check", "metrics")
	cmd.Stdin = strings.NewReader(scrape(t, newMetrics(func(time.Time) (Reading, error) { return full(), nil })))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
