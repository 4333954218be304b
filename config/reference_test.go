package config

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var defaultLine = regexp.MustCompile(`(?m)^#([a-z_]+ = .*)$`)

// These begin the parts of the reference that are no defaults, in this order, at its end.
const (
	webhookHeader = "#[[webhook]]"
	alertHeader   = "#[[alert]]"
)

// uncommented is the reference with everything in it in effect.
func uncommented() string {
	return strings.NewReplacer(webhookHeader, webhookHeader[1:], alertHeader, alertHeader[1:]).
		Replace(defaultLine.ReplaceAllString(Reference, "$1"))
}

func TestTheExamplesOfTheReferenceAreValid(t *testing.T) {
	cfg, err := Parse("/etc/crieur/crieur.toml", []byte(uncommented()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Alert{{URL: "ntfy://ntfy.sh/your-topic"}, {Command: []string{"/usr/local/bin/page-me", "--urgent"}}}, cfg.Alerts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Webhook{{URL: webhookExample, Secret: "/etc/crieur/webhook.key"}}, cfg.Webhooks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReferenceNamesEveryAlertService(t *testing.T) {
	_, example, _ := strings.Cut(Reference, alertHeader)
	for _, service := range AlertServices() {
		if service != "hangouts" && !regexp.MustCompile(`\b`+service+`\b`).MatchString(example) { // the former name of googlechat
			t.Errorf("%q is not in the reference", service)
		}
	}
}

func TestReferenceLoadsAsItIs(t *testing.T) {
	cfg, err := Parse("/etc/crieur/crieur.toml", []byte(Reference))
	if err != nil {
		t.Fatal(err)
	}
	var platforms []string
	for _, acc := range cfg.Accounts {
		platforms = append(platforms, acc.Platform+" "+acc.Credentials)
	}
	want := []string{"x /etc/crieur/x-main.toml", "mastodon /etc/crieur/mastodon-main.toml"}
	if diff := cmp.Diff(want, platforms); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReferenceTellsTheTrueDefaults(t *testing.T) {
	bare := mustParse(t, Reference)
	defaults, _, found := strings.Cut(Reference, webhookHeader)
	if !found {
		t.Fatalf("the reference has no line %q", webhookHeader)
	}
	spelled := mustParse(t, defaultLine.ReplaceAllString(defaults, "$1"))
	if diff := cmp.Diff(bare, spelled); diff != "" {
		t.Errorf("written defaults differ from those of the program (-program +written):\n%s", diff)
	}
	want := Default()
	want.Site.BaseURL, want.Accounts, want.Dir = spelled.Site.BaseURL, spelled.Accounts, spelled.Dir
	if diff := cmp.Diff(want, spelled); diff != "" {
		t.Errorf("(-Default() +reference):\n%s", diff)
	}
}

// Each key of the structs occurs under its table, and so does each default that is
// written: none is a leftover.
func TestReferenceHasEveryKeyOfTheStructs(t *testing.T) {
	s := describe(Config{})
	found := map[string][]string{}
	table := ""
	for line := range strings.Lines(Reference) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") || line == webhookHeader || line == alertHeader {
			table = strings.Trim(line, "#[]")
		}
		if m := regexp.MustCompile(`^#?([a-z_]+) = `).FindStringSubmatch(line); m != nil && !slices.Contains(found[table], m[1]) {
			found[table] = append(found[table], m[1])
		}
	}
	for _, keys := range found {
		slices.Sort(keys)
	}
	want := map[string][]string{}
	for table, keys := range s.keys {
		if table != "" {
			want[table] = slices.Sorted(slices.Values(keys))
		}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-structs +reference):\n%s", diff)
	}
}

func TestEveryKeyOfTheReferenceIsExplained(t *testing.T) {
	lines := strings.Split(Reference, "\n")
	for i, line := range lines {
		if defaultLine.MatchString(line) && !strings.HasPrefix(lines[i-1], "# ") {
			t.Errorf("line %d has no comment above: %s", i+1, line)
		}
	}
}

func TestShowReadsBackTheSame(t *testing.T) {
	for _, text := range []string{minimal, Reference} {
		cfg := mustParse(t, text)
		out, err := cfg.Show()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cfg, mustParse(t, string(out))); diff != "" {
			t.Errorf("(-config +shown):\n%s", diff)
		}
		for _, want := range []string{"delay = '5s'", "max_age = '48h'", "api_url = 'https://api.x.com'", "visibility = 'public'",
			"schedule = []", "min_spacing = '2m'", "max_per_day = 50", "max_per_day = 100", "catch_up = 'one'", "x_read_owned = 0.001",
			"slug = 'title'", "preflight = false", "probe = true", "count = true", "max_connections = 4096", "export_dir = ''"} {
			if !bytes.Contains(out, []byte(want)) {
				t.Errorf("effective configuration lacks %s:\n%s", want, out)
			}
		}
	}
}
