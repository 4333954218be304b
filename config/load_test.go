package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLeftOutKeysTakeTheirDefaults(t *testing.T) {
	want := Config{
		Site:    Site{BaseURL: "https://news.example.org", Timezone: "UTC", Slug: "title"},
		Outbox:  Outbox{Path: "/var/lib/crieur/outbox.db"},
		Control: Control{Socket: "/run/crieur/control.sock"},
		Status:  Status{Listen: "127.0.0.1:8023"},
		Pages: Pages{Listen: "127.0.0.1:8024", Forward: "source", Delay: Duration(5 * time.Second),
			Probe: true, Count: true, MaxConnections: 4096},
		Delivery: Delivery{RetryMin: Duration(30 * time.Second), RetryMax: Duration(time.Hour),
			MaxAttempts: 10, Settle: Duration(time.Minute), PerHour: 100, VerifyPosts: true, MaxAge: Duration(48 * time.Hour)},
		Prices:    Prices{XPost: 0.015, XPostURL: 0.2, XReadOwned: 0.001, XReadPost: 0.005, XReadUser: 0.01, XMediaMetadata: 0.005},
		Heartbeat: Heartbeat{Every: Duration(5 * time.Minute)},
		Log:       Log{Level: "info", Format: "auto"},
		Accounts: []Account{
			{Name: "x-main", Platform: "x", Credentials: "x-main.toml", Link: true, APIURL: "https://api.x.com", API: "v2",
				MinSpacing: Duration(2 * time.Minute), MaxPerDay: 50, CatchUp: "one", Media: "none"},
			{Name: "fedi", Platform: "mastodon", Credentials: "/etc/crieur/fedi.toml", Server: "https://mastodon.social", Visibility: "public",
				MinSpacing: Duration(2 * time.Minute), MaxPerDay: 100, CatchUp: "one", Media: "none"},
		},
		Dir: ".",
	}
	if diff := cmp.Diff(want, mustParse(t, minimal)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	got := mustParse(t, `
[site]
base_url = "http://localhost:8080/news"
title = "Nouvelles"
language = "fr-CA"
timezone = "Europe/Paris"
slug = "secret"
share_image = "/srv/share.JPEG"
[outbox]
path = "/srv/o.db"
[control]
socket = "/srv/c.sock"
[status]
listen = "[::]:9000"
allow_remote = true
[pages]
listen = "[::1]:0"
forward = "none"
delay = "1m30s"
export_dir = "/srv/www/"
words = "/srv/de.toml"
preflight = true
probe = false
count = false
max_connections = 100
[delivery]
retry_min = "1s"
retry_max = "1s"
max_attempts = 1
settle = "2m"
breaker_per_hour = 7
verify_posts = false
max_age = "1h"
[prices]
x_post = 0
x_post_with_url = 1
x_read_owned = 2
x_read_post = 3
x_read_user = 4
x_media_metadata = 5
[[account]]
name = "0"
platform = "x"
credentials = "/srv/x.toml"
template = "{text}\n{link}"
max_hashtags = 2
link = false
limit = 25000
api_url = "http://127.0.0.1:99/x/"
api = "v1.1"
schedule = ["0 9 * * 1-5", "30 18 * * *"]
timezone = "America/Montreal"
min_spacing = "24h"
jitter = "1h"
quiet_hours = ["22:00-07:00", "12:30-13:59"]
max_per_day = 1000
expire_after = "6h"
catch_up = "all"
monthly_budget_usd = 12.5
media = "share"
require_alt = true
[[account]]
name = "fedi"
platform = "mastodon"
server = "http://[::1]:8001"
visibility = "direct"
content_warning = "news"
creator = "@Ana.B_1@nouvelles.example.org"
limit = 1
min_spacing = "1s"
max_per_day = 1
catch_up = "none"
media = "article"
[log]
level = "debug"
format = "json"
[[webhook]]
url = "https://hooks.example.org/?token=1"
secret = "/srv/1.key"
[[webhook]]
url = "http://localhost:8080"
secret = "/srv/1.key"
[heartbeat]
url = "http://[::1]:9/ping"
every = "10s"
[[alert]]
url = "ntfy://ntfy.sh/topic"
[[alert]]
command = ["/bin/true"]
[[alert]]
url = "smtp://u:p@mail.example.org:587/?from=a@example.org&to=b@example.org"
`)
	want := Config{
		Site: Site{BaseURL: "http://localhost:8080/news", Title: "Nouvelles", Language: "fr-CA", Timezone: "Europe/Paris",
			Slug: "secret", ShareImage: "/srv/share.JPEG"},
		Outbox:  Outbox{Path: "/srv/o.db"},
		Control: Control{Socket: "/srv/c.sock"},
		Status:  Status{Listen: "[::]:9000", AllowRemote: true},
		Pages: Pages{Listen: "[::1]:0", Forward: "none", Delay: Duration(90 * time.Second), ExportDir: "/srv/www", Words: "/srv/de.toml",
			Preflight: true, MaxConnections: 100},
		Delivery: Delivery{RetryMin: Duration(time.Second), RetryMax: Duration(time.Second), MaxAttempts: 1, Settle: Duration(2 * time.Minute), PerHour: 7, MaxAge: Duration(time.Hour)},
		Log:      Log{Level: "debug", Format: "json"},
		Prices:   Prices{XPostURL: 1, XReadOwned: 2, XReadPost: 3, XReadUser: 4, XMediaMetadata: 5},
		Accounts: []Account{
			{Name: "0", Platform: "x", Credentials: "/srv/x.toml", Template: "{text}\n{link}", MaxHashtags: 2, Limit: 25000,
				APIURL: "http://127.0.0.1:99/x", API: "v1.1", Schedule: []string{"0 9 * * 1-5", "30 18 * * *"}, Timezone: "America/Montreal",
				MinSpacing: Duration(24 * time.Hour), Jitter: Duration(time.Hour), QuietHours: []string{"22:00-07:00", "12:30-13:59"},
				MaxPerDay: 1000, ExpireAfter: Duration(6 * time.Hour), CatchUp: "all", MonthlyBudgetUSD: 12.5, Media: "share", RequireAlt: true},
			{Name: "fedi", Platform: "mastodon", Link: true, Limit: 1, Server: "http://[::1]:8001", Visibility: "direct", ContentWarning: "news",
				Creator:    "@Ana.B_1@nouvelles.example.org",
				MinSpacing: Duration(time.Second), MaxPerDay: 1, CatchUp: "none", Media: "article"},
		},
		Webhooks:  []Webhook{{URL: "https://hooks.example.org/?token=1", Secret: "/srv/1.key"}, {URL: "http://localhost:8080", Secret: "/srv/1.key"}},
		Heartbeat: Heartbeat{URL: "http://[::1]:9/ping", Every: Duration(10 * time.Second)},
		Alerts:    []Alert{{URL: "ntfy://ntfy.sh/topic"}, {Command: []string{"/bin/true"}}, {URL: "smtp://u:p@mail.example.org:587/?from=a@example.org&to=b@example.org"}},
		Dir:       ".",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRelativePathsStartAtTheFilesFolder(t *testing.T) {
	dir := t.TempDir()
	path := mustWrite(t, filepath.Join(dir, "etc", "crieur.toml"),
		strings.Replace(minimal, "[[account]]", "share_image = \"s.png\"\n[outbox]\npath = \"o.db\"\n[control]\nsocket = \"../c.sock\"\n"+
			"[pages]\nexport_dir = \"../www/\"\nwords = \"de.toml\"\n[[webhook]]\nurl = \"https://e.org\"\nsecret = \"k\"\n[[account]]", 1), 0o644)
	t.Chdir(dir)
	for _, name := range []string{path, "etc/crieur.toml"} {
		cfg, err := Load(name)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{cfg.Dir, cfg.Outbox.Path, cfg.Control.Socket, cfg.Accounts[0].Credentials, cfg.Accounts[1].Credentials,
			cfg.Site.ShareImage, cfg.Pages.ExportDir, cfg.Pages.Words, cfg.Webhooks[0].Secret}
		want := []string{filepath.Join(dir, "etc"), filepath.Join(dir, "etc", "o.db"), filepath.Join(dir, "c.sock"),
			filepath.Join(dir, "etc", "x-main.toml"), "/etc/crieur/fedi.toml",
			filepath.Join(dir, "etc", "s.png"), filepath.Join(dir, "www"), filepath.Join(dir, "etc", "de.toml"), filepath.Join(dir, "etc", "k")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadNamesTheFileItCannotUse(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "none.toml"))
	wantError(t, err, filepath.Join(dir, "none.toml"), "no such file", "crieur config init")
	_, err = Load(dir)
	wantError(t, err, dir, "is a directory", "--config")
	_, err = Load(mustWrite(t, filepath.Join(dir, "big.toml"), strings.Repeat("#\n", maxFile), 0o600))
	wantError(t, err, "big.toml", "larger than")
	_, err = Load(mustWrite(t, filepath.Join(dir, "bad.toml"), "[site\n", 0o600))
	wantError(t, err, filepath.Join(dir, "bad.toml")+":1:")
}

func TestAByteOrderMarkAndWindowsLineEndsAreNoMistake(t *testing.T) {
	got := mustParse(t, "\ufeff"+strings.ReplaceAll(minimal, "\n", "\r\n"))
	if diff := cmp.Diff(mustParse(t, minimal), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFindTakesTheFlagThenTheUsualPlaces(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first.toml"), filepath.Join(dir, "second.toml")
	usual := []string{first, second}

	if path, ok, err := find("", usual); path != "" || ok || err != nil {
		t.Errorf("without any file: %q %v %v", path, ok, err)
	}
	mustWrite(t, second, "", 0o600)
	if path, ok, err := find("", usual); path != second || !ok || err != nil {
		t.Errorf("with the second: %q %v %v", path, ok, err)
	}
	mustWrite(t, first, "", 0o600)
	if path, ok, err := find("", usual); path != first || !ok || err != nil {
		t.Errorf("with both: %q %v %v", path, ok, err)
	}
	if path, ok, err := Find(second); path != second || !ok || err != nil {
		t.Errorf("with the flag: %q %v %v", path, ok, err)
	}
	_, ok, err := Find(filepath.Join(dir, "third.toml"))
	wantError(t, err, "third.toml", "no such file", "--config")
	if ok {
		t.Error("a missing file was found")
	}
}

func TestFindDoesNotFallThroughAFileItCannotLookAt(t *testing.T) {
	dir := t.TempDir()
	file := mustWrite(t, filepath.Join(dir, "file"), "", 0o600)
	second := mustWrite(t, filepath.Join(dir, "second.toml"), "", 0o600)
	// A path through a regular file: ENOTDIR, an error other than "does not exist".
	_, ok, err := find("", []string{filepath.Join(file, "crieur.toml"), second})
	wantError(t, err, "not a directory")
	if ok {
		t.Error("fell through to the second file")
	}
}

func TestSampleIsValidAndHasOneAccountOfEachPlatform(t *testing.T) {
	cfg := Sample()
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	want := []Account{
		{Name: "x", Platform: "x", Link: true, Limit: 280, APIURL: "https://api.x.com", API: "v2",
			MinSpacing: Duration(2 * time.Minute), MaxPerDay: 50, CatchUp: "one", Media: "none"},
		{Name: "mastodon", Platform: "mastodon", Link: true, Limit: 500, Server: "https://mastodon.social", Visibility: "public",
			MinSpacing: Duration(2 * time.Minute), MaxPerDay: 100, CatchUp: "one", Media: "none"},
	}
	if diff := cmp.Diff(want, cfg.Accounts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, acc := range cfg.Accounts {
		_, err := LoadCredentials(acc, os.TempDir())
		wantError(t, err, acc.Name, "credentials is missing")
	}
}
