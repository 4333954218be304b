package control

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/platform"
	"crieur/internal/redirect"
)

// clockOf is a client whose platform told its time.
type clockOf struct {
	platform.Platform
	ahead time.Duration
	ok    bool
}

func (c clockOf) ClockAhead() (time.Duration, bool) { return c.ahead, c.ok }

func TestAClockIsJudgedByTheWorstDifference(t *testing.T) {
	for name, c := range map[string]struct {
		clients []platform.Platform
		ok      bool
		want    string
	}{
		"nobody told":   {[]platform.Platform{clockOf{}, nil}, true, "no platform told"},
		"right":         {[]platform.Platform{clockOf{ahead: -time.Second, ok: true}}, true, "as the time"},
		"a little":      {[]platform.Platform{clockOf{ahead: 20 * time.Second, ok: true}}, true, "20s ahead of"},
		"behind":        {[]platform.Platform{clockOf{ahead: time.Second, ok: true}, clockOf{ahead: -time.Hour, ok: true}}, false, "1h0m0s behind"},
		"ahead, first":  {[]platform.Platform{clockOf{ahead: time.Minute, ok: true}, clockOf{ahead: 0, ok: true}}, false, "1m0s ahead of"},
		"not told wins": {[]platform.Platform{clockOf{ahead: time.Hour}, clockOf{ahead: 0, ok: true}}, true, "as the time"},
	} {
		var accounts []dispatch.Account
		for _, cl := range c.clients {
			accounts = append(accounts, dispatch.Account{Name: "a", Client: cl})
		}
		f := CheckClock(accounts)
		if f.OK != c.ok || !strings.Contains(f.Detail, c.want) || f.OK != (f.Way == "") || f.Skipped != (name == "nobody told") {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestADiskIsJudgedWhereTheOutboxIs(t *testing.T) {
	dir := t.TempDir()
	if f := CheckDisk(filepath.Join(dir, "outbox.db")); !strings.Contains(f.Detail, dir) || f.OK != (f.Way == "") {
		t.Errorf("%+v", f)
	}
	if f := CheckDisk(filepath.Join(dir, "none", "outbox.db")); f.OK || f.Way == "" {
		t.Errorf("%+v", f)
	}
}

func TestABackupIsJudgedByItsAgeOnceThereWasOne(t *testing.T) {
	now := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	for name, c := range map[string]struct {
		last        *time.Time
		ok, skipped bool
		want        string
	}{
		"never":          {nil, true, true, "none was ever made"},
		"today":          {ago(6 * time.Hour), true, false, "is of 2026-11-27 03:00 UTC"},
		"two failed":     {ago(3 * 24 * time.Hour), true, false, "2026-11-24 09:00 UTC"},
		"old":            {ago(100 * time.Hour), false, false, "2026-11-23 05:00 UTC, 4 days old"},
		"by a set clock": {ago(-time.Hour), true, false, "2026-11-27 10:00 UTC"},
	} {
		f := CheckBackup(c.last, now)
		if f.OK != c.ok || f.Skipped != c.skipped || !strings.Contains(f.Detail, c.want) || f.OK != (f.Way == "") || f.Skipped != (len(f.Notes) > 0) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestThePublicAddressIsThisCrieursOrSaysWhoseItIs(t *testing.T) {
	site := func(status int, robots, feed string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			body := robots
			if r.URL.Path == "/feed.xml" {
				body = feed
			}
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	here := site(200, redirect.Robots, "<feed>ours</feed>")
	local := strings.TrimPrefix(here, "http://")
	for name, c := range map[string]struct {
		base, local string
		ok          bool
		want        string
	}{
		"ours":            {here, local, true, "it is crieur"},
		"a proxy to ours": {site(200, redirect.Robots, "<feed>ours</feed>"), local, true, "it is crieur"},
		"files of ours":   {here, "", true, "it is crieur"},
		"another crieur":  {site(200, redirect.Robots, "<feed>theirs</feed>"), local, false, "another crieur"},
		"another site":    {site(200, "User-agent: *\nDisallow: /\n", ""), local, false, "somebody else"},
		"a proxy alone":   {site(502, "", ""), local, false, "answers 502"},
		"nobody":          {"http://127.0.0.1:1", local, false, "refused"},
	} {
		f := CheckPages(context.Background(), c.base, c.local, "crieur/test")
		if f.OK != c.ok || !strings.Contains(f.Detail, c.want) || !f.OK && f.Way == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
