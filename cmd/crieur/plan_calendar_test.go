package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/term"
)

// sgr is what styles a text on a terminal.
var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func entry(at, account, kind, title, reason string, cost float64) dispatch.PlanEntry {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	id := "01kxt5m2p0g0." + account
	e := dispatch.PlanEntry{At: t, Account: account, Kind: kind, Title: title, Reason: reason, CostUSD: cost, Zone: "UTC", Platform: "x"}
	if kind == dispatch.PlanPost || kind == dispatch.PlanExpires {
		e.Delivery = &id
	}
	return e
}

// TestATerminalSeesShortTitlesAndModestColour holds the calendar as a terminal of 72 columns shows it.
func TestATerminalSeesShortTitlesAndModestColour(t *testing.T) {
	long := strings.Repeat("Le port de Brest rouvre 🚢 ", 6)
	missed := "slot passes: no post is permitted before the next one"
	entries := []dispatch.PlanEntry{
		entry("2026-11-27T08:00:00Z", "x-main", dispatch.PlanNote, "", "the account waits: HTTP 503", 0),
		entry("2026-11-27T09:00:00Z", "x-main", dispatch.PlanPost, long, "slot", 0.2),
		entry("2026-11-27T10:00:00Z", "x-main", dispatch.PlanPost, "Deux\nlignes\x1b[2J", "another try", 0.015),
		entry("2026-11-27T11:00:00Z", "m", dispatch.PlanExpires, strings.Repeat("日本の港", 20), "expires before it could be posted", 0),
		entry("2026-11-27T12:00:00Z", "x-main", dispatch.PlanEmpty, "", "empty slot", 0),
		entry("2026-11-27T12:00:00Z", "m", dispatch.PlanMissed, "", missed, 0),
		entry("2026-11-27T13:00:00Z", "x-main", dispatch.PlanEmpty, "", "empty slot", 0),
		entry("2026-11-27T14:00:00Z", "m", dispatch.PlanMissed, "", missed, 0),
		entry("2026-11-28T15:00:00Z", "x-main", dispatch.PlanEmpty, "", "empty slot", 0),
	}
	text := calendar{zone: time.UTC, columns: 72, paint: true, linkUSD: 0.2}.render(entries)
	for line := range strings.Lines(text) {
		plain := strings.TrimSuffix(sgr.ReplaceAllString(line, ""), "\n")
		if n := term.Cells(plain); n > 72 {
			t.Errorf("%d columns: %q", n, line)
		}
		if strings.Contains(plain, "\x1b") {
			t.Errorf("a title commands the terminal: %q", line)
		}
	}
	golden(t, "terminal", strings.ReplaceAll(text, "\x1b", "ESC"))
}

func TestAMomentIsEchoedInLocalTimeAndUTC(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-12-01T07:30:00Z": "2026-12-01 08:30 (07:30 UTC)",
		"2026-12-01T23:30:09Z": "2026-12-02 00:30:09 (2026-12-01 23:30:09 UTC)",
	} {
		m, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := bothTimes(m, paris); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
	if got := bothTimes(time.Date(2026, 12, 1, 7, 30, 0, 0, time.UTC), time.UTC); got != "2026-12-01 07:30 UTC" {
		t.Error(got)
	}
}
