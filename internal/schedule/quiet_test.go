package schedule

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAMistakeInQuietHoursIsNamed(t *testing.T) {
	for in, want := range map[string]string{
		"":            `quiet hours "": want start and end, as "22:00-07:00"`,
		"22:00":       `quiet hours "22:00": want start and end, as "22:00-07:00"`,
		"22:00–07:00": `quiet hours "22:00–07:00": want start and end, as "22:00-07:00"`,
		"22:00-7:00":  `quiet hours "22:00-7:00": "7:00" is no time of day: write it from "00:00" to "24:00", as "07:00"`,
		"22-7":        `quiet hours "22-7": "22" is no time of day: write it from "00:00" to "24:00", as "07:00"`,
		"25:00-07:00": `quiet hours "25:00-07:00": "25:00" is no time of day: write it from "00:00" to "24:00", as "07:00"`,
		"22:00-24:01": `quiet hours "22:00-24:01": "24:01" is no time of day: write it from "00:00" to "24:00", as "07:00"`,
		"22:60-07:00": `quiet hours "22:60-07:00": "22:60" is no time of day: write it from "00:00" to "24:00", as "07:00"`,
		"24:00-07:00": `quiet hours "24:00-07:00": "24:00" is an end: start at "00:00"`,
		"08:00-08:00": `quiet hours "08:00-08:00": start and end are the same: let them differ, or remove the window`,
	} {
		if _, err := ParseWindow(in); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestQuietHoursAreWrittenAsRead(t *testing.T) {
	for _, s := range []string{"22:00-07:00", "00:00-24:00", "12:30-13:05", "23:59-00:00"} {
		if got := mustWindow(t, s).String(); got != s {
			t.Errorf("got %s, want %s", got, s)
		}
	}
}

func TestAWholeDayOfQuietIsRefused(t *testing.T) {
	for _, q := range [][]string{{"00:00-24:00"}, {"22:00-07:00", "07:00-22:00"}, {"06:00-18:00", "17:00-03:00", "02:59-06:01"}, {"00:00-12:00", "12:00-24:00"}} {
		quiet := mustQuiet(t, q...)
		if quiet.Validate() == nil {
			t.Errorf("%s is accepted", quiet)
		}
		if end := quiet.End(time.Unix(0, 0), nil); !end.IsZero() {
			t.Errorf("%s ends at %s", quiet, end)
		}
	}
	for _, q := range [][]string{nil, {"00:00-23:59"}, {"00:01-24:00"}, {"22:00-07:00", "07:01-22:00"}, {"12:00-11:59"}} {
		if err := mustQuiet(t, q...).Validate(); err != nil {
			t.Error(err)
		}
	}
	if err := (Quiet{{}}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestQuietHoursEndByTheClocksOfTheZone(t *testing.T) {
	for _, c := range []struct{ zone, quiet, at, want string }{
		{"Europe/Paris", "22:00-07:00", "2026-07-01T21:59:59+02:00", "2026-07-01T21:59:59+02:00"},
		{"Europe/Paris", "22:00-07:00", "2026-07-01T22:00:00+02:00", "2026-07-02T07:00:00+02:00"},
		{"Europe/Paris", "22:00-07:00", "2026-07-02T07:00:00+02:00", "2026-07-02T07:00:00+02:00"},
		{"Europe/Paris", "22:00-07:00", "2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"},
		{"Europe/Paris", "22:00-07:00", "2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00"},
		// The end lies in the gap; the end occurs twice; quiet begins anew.
		{"Europe/Paris", "22:00-02:30", "2026-03-28T23:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		{"Europe/Paris", "22:00-02:30", "2026-10-24T23:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"Europe/Paris", "22:00-02:30", "2026-10-25T02:00:00+01:00", "2026-10-25T02:30:00+01:00"},
		{"Pacific/Apia", "22:00-24:00", "2011-12-29T23:00:00-10:00", "2011-12-31T00:00:00+14:00"},
	} {
		got := mustQuiet(t, c.quiet).End(mustTime(t, c.at), mustZone(t, c.zone))
		if !got.Equal(mustTime(t, c.want)) {
			t.Errorf("%s %s at %s: ends %s, want %s", c.zone, c.quiet, c.at, got, c.want)
		}
	}
}

// TestQuietEndsAtTheFirstMinuteThatIsNot compares with a walk of minutes.
func TestQuietEndsAtTheFirstMinuteThatIsNot(t *testing.T) {
	zones := []*time.Location{nil, mustZone(t, "Europe/Paris"), mustZone(t, "Australia/Lord_Howe"), mustZone(t, "Africa/Cairo"), mustZone(t, "Pacific/Apia")}
	rapid.Check(t, func(t *rapid.T) {
		q, zone := drawQuiet(t), rapid.SampledFrom(zones).Draw(t, "zone")
		at := time.Unix(60*rapid.Int64Range(1293840000/60, 1893456000/60).Draw(t, "at"), 0)
		want := at
		for quietMinute(q, want, zone) {
			want = want.Add(time.Minute)
		}
		if got := q.End(at, zone); !got.Equal(want) || q.In(at, zone) != at.Before(want) {
			t.Fatalf("%s at %s: ends %s, want %s", q, at, got, want)
		}
	})
}

// quietMinute reads the windows from their text.
func quietMinute(q Quiet, t time.Time, zone *time.Location) bool {
	clock := t.In(orUTC(zone)).Format("15:04")
	for _, w := range q {
		from, to := w.String()[:5], w.String()[6:]
		if from < to && from <= clock && clock < to || from > to && (from <= clock || clock < to) {
			return true
		}
	}
	return false
}

// drawQuiet draws windows that leave some of the day.
func drawQuiet(t *rapid.T) Quiet {
	minutes := rapid.IntRange(0, 24*60-1)
	var q Quiet
	for range rapid.IntRange(0, 3).Draw(t, "windows") {
		w := Window{time.Duration(minutes.Draw(t, "from")) * time.Minute, time.Duration(minutes.Draw(t, "to")+1) * time.Minute}
		if next := append(q[:len(q):len(q)], w); w.from != w.to && next.Validate() == nil {
			q = next
		}
	}
	return q
}

func mustQuiet(t testing.TB, texts ...string) Quiet {
	t.Helper()
	var q Quiet
	for _, s := range texts {
		q = append(q, mustWindow(t, s))
	}
	return q
}
