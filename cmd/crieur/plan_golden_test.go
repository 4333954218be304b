package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
	"crieur/internal/outbox"
)

var update = flag.Bool("update", false, "write the golden files anew, to be proof-read")

// changes are the changes of the clocks in 2027: each plan begins on the evening before.
var changes = []struct{ zone, date string }{
	{"Europe/Paris", "2027-03-27"},
	{"Europe/Paris", "2027-10-30"},
	{"America/New_York", "2027-03-13"},
	{"America/New_York", "2027-11-06"},
	{"Australia/Lord_Howe", "2027-04-03"},
	{"Australia/Lord_Howe", "2027-10-02"},
}

// TestThePlanAroundEachClockChangeReadsAsProofRead holds what people see, to the letter.
func TestThePlanAroundEachClockChangeReadsAsProofRead(t *testing.T) {
	for _, c := range changes {
		t.Run(c.zone+" "+c.date, func(t *testing.T) {
			golden(t, strings.ReplaceAll(strings.ToLower(c.zone), "/", "-")+"-"+c.date, planned(t, c.zone, "", c.date, "--days", "2"))
		})
	}
}

// TestAnAccountElsewhereShowsItsOwnWallTime holds the layout for accounts that are not in the site's zone.
func TestAnAccountElsewhereShowsItsOwnWallTime(t *testing.T) {
	golden(t, "two-zones", planned(t, "Europe/Paris", "America/New_York", "2027-03-13", "--days", "2"))
}

func TestOneAccountsPlanLeavesTheOthersOut(t *testing.T) {
	text := planned(t, "Europe/Paris", "", "2027-03-27", "--account", "x-main")
	if !strings.Contains(text, "x-main") || strings.Contains(text, "mastodon") {
		t.Error(text)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenIn(t, "plan", name, got)
}

func goldenIn(t *testing.T, dir, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", dir, name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// planned is what "crieur plan" prints of the sample configuration and queue.
func planned(t *testing.T, site, account, date string, args ...string) string {
	t.Helper()
	zone, err := time.LoadLocation(site)
	if err != nil {
		t.Fatal(err)
	}
	start, err := time.ParseInLocation(time.DateOnly+" 15:04", date+" 18:05", zone)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sample, err := os.ReadFile(filepath.Join("testdata", "plan", "crieur.toml"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := filepath.Join(dir, "crieur.toml")
	text := strings.NewReplacer("SITE", site, "ACCOUNT", account, "DIR", dir).Replace(string(sample))
	if err := os.WriteFile(cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	queueSample(t, filepath.Join(dir, "outbox.db"), start)
	var out, errOut bytes.Buffer
	args = append([]string{"plan", "--config", cfg, "--from", start.Format(time.RFC3339)}, args...)
	if code := run(args, strings.NewReader(""), &out, &errOut); code != 0 {
		t.Fatalf("crieur %s: exit %d\n%s", strings.Join(args, " "), code, &errOut)
	}
	return out.String()
}

// queueSample fills an outbox with a dozen articles: some with moments of their own,
// one of them in quiet hours, one that expires before its turn.
func queueSample(t *testing.T, path string, start time.Time) {
	t.Helper()
	ob, err := outbox.Open(path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(hours float64) time.Time { return start.Add(time.Duration(hours * float64(time.Hour))) }
	var all []outbox.NewArticle
	for i, title := range []string{
		"OpenAI signe un contrat de 200M$ avec la Défense US", "Le port de Brest rouvre lundi", "日本の港が月曜日に再開する",
		"Rusty links: main.rs is a file, not a domain", "Les ferries reprennent 🚢 après trois semaines", "Zwölf Boxkämpfer jagen Viktor",
		"Élections: ce qui change", "Budget voté de justesse", "Pourquoi les prix baissent", "Le retour des loups dans les Vosges",
		"Une dépêche du soir", "Une brève périmée",
	} {
		a := article.Article{
			Title: title, Slug: fmt.Sprintf("article-%d", i), Teaser: title + ".", Language: "fr", Format: "text",
			Source: fmt.Sprintf("https://example.org/%d", i), Body: "Le corps.",
		}
		n := outbox.NewArticle{Article: a, Deliveries: []outbox.NewDelivery{{Account: "x-main", Platform: "x"}}}
		if i%3 != 0 {
			n.Deliveries = append(n.Deliveries, outbox.NewDelivery{Account: "mastodon", Platform: "mastodon"})
		}
		for j := range n.Deliveries {
			d := &n.Deliveries[j]
			switch i {
			case 1:
				d.Due = at(1.5)
			case 4:
				d.Due = at(6.25) // at night, when mastodon is quiet
			case 5:
				d.Priority = 10
			case 11:
				d.Priority, d.Expires = -5, at(12)
			}
		}
		all = append(all, n)
	}
	_, err = ob.Enqueue(start, all)
	if err := firstError(err, ob.Close()); err != nil {
		t.Fatal(err)
	}
}
