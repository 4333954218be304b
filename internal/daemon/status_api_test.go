package daemon

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

// documentedAPI returns the blocks of docs/status-api.md by name.
func documentedAPI(t *testing.T) (text string, blocks map[string]string) {
	t.Helper()
	b, err := os.ReadFile("../../docs/status-api.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks = map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^```[a-z]+ ([^\n`]+)\n(.*?)^```$").FindAllStringSubmatch(string(b), -1) {
		blocks[m[1]] = m[2]
	}
	return string(b), blocks
}

// shape is every path of a JSON text with the types found there.
func shape(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string][]string{}
	note := func(path, kind string) {
		if !slices.Contains(out[path], kind) {
			out[path] = append(out[path], kind)
		}
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			note(path, "object")
			for k, e := range v {
				walk(path+"."+k, e)
			}
		case []any:
			note(path, "array")
			for _, e := range v {
				walk(path+"[]", e)
			}
		case nil:
			note(path, "null")
		default:
			note(path, fmt.Sprintf("%T", v))
		}
	}
	dec := json.NewDecoder(strings.NewReader(text))
	for dec.More() {
		var v any
		if err := dec.Decode(&v); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		walk("", v)
	}
	joined := map[string]string{}
	for path, kinds := range out {
		slices.Sort(kinds)
		joined[path] = strings.Join(kinds, " or ")
	}
	return joined
}

// TestTheDocumentedAnswersAreTrue runs a daemon in the state of the document: both
// accounts posted one article and have another to come, and a webhook refuses.
func TestTheDocumentedAnswersAreTrue(t *testing.T) {
	text, blocks := documentedAPI(t)
	cfg, _ := newConfig(t)
	cfg.Accounts[0].Name, cfg.Accounts[0].MonthlyBudgetUSD = "x-main", 10
	hooks := []*hook{hooked(t, &cfg, "/"), hooked(t, &cfg, "/refuses")}
	hooks[1].say(http.StatusInternalServerError)
	d, stop := start(t, cfg)
	defer stop()
	enqueue(t, cfg, "")
	enqueueText(t, cfg, "Le port de Brest rouvre lundi. #Brest\n\nSource: https://example.org/port\n\nLe corps.\n")
	until(t, "four posts", func() bool { return counts(t, d)[delivery.Delivered] == 4 })
	hand(t, cfg, []byte("La gare de Rennes ferme. #Rennes\n\nSource: https://example.org/gare\n\nLe corps.\n"), time.Now().AddDate(0, 0, 3).Format(time.RFC3339))
	until(t, "the checks of the logins", func() bool {
		st, err := d.Service().Status(t.Context())
		return err == nil && st.Accounts[0].CheckedAt != nil && st.Accounts[1].CheckedAt != nil
	})
	until(t, "the webhooks", func() bool { s := webhookStatus(t, d); return s[0].Waiting == 0 && s[1].Error != "" })
	if _, err := d.Service().Backup(t.Context(), filepath.Join(t.TempDir(), "backup.db"), nil); err != nil {
		t.Fatal(err)
	}
	at := "http://" + d.Addr("status")
	ask := func(path string) string {
		code, body := fetch(t, at+path)
		if code != http.StatusOK {
			t.Errorf("%s: HTTP %d: %s", path, code, body)
		}
		return body
	}
	for path, block := range map[string]string{"/api/status": "api-status.json", "/api/plan": "api-plan.json"} {
		if diff := cmp.Diff(shape(t, blocks[block]), shape(t, ask(path))); diff != "" {
			t.Errorf("%s (-documented +answered):\n%s", path, diff)
		}
	}
	for path, block := range map[string]string{"/healthz": "healthz.txt", "/readyz": "readyz.txt"} {
		if got := ask(path); got != blocks[block] {
			t.Errorf("%s: %q, documented is %q", path, got, blocks[block])
		}
	}
	var table []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| `crieur_") {
			table = append(table, strings.TrimSpace(line))
		}
	}
	if diff := cmp.Diff(table, metricRows(ask("/metrics"))); diff != "" {
		t.Errorf("/metrics (-documented +answered):\n%s", diff)
	}

	// Not ready: somebody moved the outbox's file away.
	if err := os.Rename(cfg.Outbox.Path, cfg.Outbox.Path+".aside"); err != nil {
		t.Fatal(err)
	}
	code, body := fetch(t, at+"/readyz")
	documentedHead, _, _ := strings.Cut(blocks["not-ready.txt"], "\n")
	if head, why, _ := strings.Cut(body, "\n"); code != http.StatusServiceUnavailable || head != documentedHead || !strings.Contains(why, "its file is gone") {
		t.Errorf("without its file: HTTP %d %q", code, body)
	}
	if body := ask("/metrics"); !strings.Contains(body, "\ncrieur_ready 0\n") {
		t.Errorf("without its file: %s", body)
	}
	if ask("/healthz") != blocks["healthz.txt"] {
		t.Error("not alive")
	}
	if err := os.Rename(cfg.Outbox.Path+".aside", cfg.Outbox.Path); err != nil {
		t.Fatal(err)
	}
}

// metricRows is the table of the document for what /metrics answers.
func metricRows(text string) (rows []string) {
	kinds, labels := map[string]string{}, map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\w+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		kinds[m[1]] = m[2]
	}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)\{(.*)\} `).FindAllStringSubmatch(text, -1) {
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(m[2], -1) {
			if !slices.Contains(labels[m[1]], l[1]) {
				labels[m[1]] = append(labels[m[1]], l[1])
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^# HELP (crieur_\w+) (.*)$`).FindAllStringSubmatch(text, -1) {
		slices.Sort(labels[m[1]])
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", m[1], kinds[m[1]], strings.Join(labels[m[1]], ", "), m[2]))
	}
	return rows
}
