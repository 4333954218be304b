package schedule

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

func TestAMistakeInAnExpressionIsNamed(t *testing.T) {
	for in, want := range map[string]string{
		"61 * * * *":                   `"61 * * * *": minute 61 is above 59`,
		"* 24 * * *":                   `"* 24 * * *": hour 24 is above 23`,
		"* * 0 * *":                    `"* * 0 * *": day-of-month 0 is below 1`,
		"* * 32 * *":                   `"* * 32 * *": day-of-month 32 is above 31`,
		"* * * 13 *":                   `"* * * 13 *": month 13 is above 12`,
		"* * * * 7":                    `"* * * * 7": day-of-week 7 is above 6; Sunday is 0`,
		"1-99999999999999 * * * *":     `"1-99999999999999 * * * *": minute 99999999999999 is above 59`,
		"* * * *":                      `"* * * *": 4 fields, want 5: minute hour day-of-month month day-of-week`,
		"8":                            `"8": 1 field, want 5: minute hour day-of-month month day-of-week`,
		"":                             `"": 0 fields, want 5: minute hour day-of-month month day-of-week`,
		"0 0 8 * * *":                  `"0 0 8 * * *": 6 fields, want 5: minute hour day-of-month month day-of-week; there are no seconds`,
		"* 22-6 * * *":                 `"* 22-6 * * *": hour 22-6 runs backwards: write 22-23,0-6`,
		"* 8- * * *":                   `"* 8- * * *": hour "8-" is no range: want two values, as 0-23`,
		"-5 * * * *":                   `"-5 * * * *": minute "-5" is no range: want two values, as 0-59`,
		"1-2-3 * * * *":                `"1-2-3 * * * *": minute "1-2-3" is no range: want two values, as 0-59`,
		"*-5 * * * *":                  `"*-5 * * * *": minute "*" is no number: want 0-59 or *`,
		"*/0 * * * *":                  `"*/0 * * * *": minute */0: step 0 is below 1`,
		"*/90 * * * *":                 `"*/90 * * * *": minute */90: step 90 is above 60`,
		"*/x * * * *":                  `"*/x * * * *": minute */x: step "x" is no number: want 1-60`,
		"*/2/3 * * * *":                `"*/2/3 * * * *": minute */2/3: step "2/3" is no number: want 1-60`,
		"1,,2 * * * *":                 `"1,,2 * * * *": minute "1,,2" has an empty part: remove the comma or write a value`,
		", * * * *":                    `", * * * *": minute "," has an empty part: remove the comma or write a value`,
		"x * * * *":                    `"x * * * *": minute "x" is no number: want 0-59 or *`,
		"+5 * * * *":                   `"+5 * * * *": minute "+5" is no number: want 0-59 or *`,
		"* * * mai *":                  `"* * * mai *": month "mai" is unknown: want 1-12 or jan feb mar apr may jun jul aug sep oct nov dec`,
		"* * * * monday":               `"* * * * monday": day-of-week "monday" is unknown: want 0-6 or sun mon tue wed thu fri sat`,
		"0 0 30 2 *":                   `"0 0 30 2 *": never fires: no month it names has a day it names`,
		"0 0 31 2,4,jun,9,11 *":        `"0 0 31 2,4,jun,9,11 *": never fires: no month it names has a day it names`,
		"TZ=UTC":                       `"TZ=UTC": a zone is no part of an expression: remove it and set the account's timezone`,
		"CRON_TZ=Asia/Tokyo 0 8 * * *": `"CRON_TZ=Asia/Tokyo 0 8 * * *": a zone is no part of an expression: remove it and set the account's timezone`,
		" tz=UTC 0 8 * * *":            `" tz=UTC 0 8 * * *": a zone is no part of an expression: remove it and set the account's timezone`,
		"@every 2h":                    `"@every 2h": "@every" is refused, slots are wall times: write them out, as "0 */2 * * *" for every two hours`,
		"@noon":                        `"@noon": unknown shorthand: want one of @hourly @daily @midnight @weekly @monthly @yearly @annually, or five fields`,
	} {
		if _, err := ParseExpr(in); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestAnExpressionFiresAtItsWallTimes(t *testing.T) {
	// 1 March 2023 is a Wednesday.
	from := time.Date(2023, 3, 1, 10, 30, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"* * * * *":       "2023-03-01 10:31",
		"30 10 * * *":     "2023-03-02 10:30",
		" 5,35 * * * * ":  "2023-03-01 10:35",
		"5/20 * * * *":    "2023-03-01 10:45",
		"0 8-18/4 * * ?":  "2023-03-01 12:00",
		"0 8 * * Mon-FRI": "2023-03-02 08:00",
		"0 8 * * sun":     "2023-03-05 08:00",
		"0 8 13 * fri":    "2023-03-03 08:00", // either day
		"0 0 29 feb *":    "2024-02-29 00:00",
		"0 0 31 * *":      "2023-03-31 00:00",
		"@hourly":         "2023-03-01 11:00",
		"@daily":          "2023-03-02 00:00",
		"@midnight":       "2023-03-02 00:00",
		"@weekly":         "2023-03-05 00:00",
		"@monthly":        "2023-04-01 00:00",
		"@yearly":         "2024-01-01 00:00",
		"@annually":       "2024-01-01 00:00",
		"59 23 31 dec *":  "2023-12-31 23:59",
	} {
		e, err := ParseExpr(in)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := e.next(from).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%q fires at %s, want %s", in, got, want)
		}
	}
}

func TestACenturyWithoutALeapYearIsPassed(t *testing.T) {
	got := mustExpr(t, "0 0 29 2 *").next(time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC))
	if want := time.Date(2104, 2, 29, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzParseExpr: no text panics, and what is accepted cron accepts too, and it fires.
func FuzzParseExpr(f *testing.F) {
	for _, s := range []string{"TZ=UTC", "CRON_TZ=", "@every 1s", "@daily", "*/5 8-18 1,15 jan-mar mon-fri", "0 0 30 2 *", "? ? ? ? ?", "*-5 * * * *", "1,, * * * *", "*/9223372036854775807 * * * *", "0\u00a00 1 1 *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseExpr(s)
		if err != nil {
			return
		}
		theirs, err := cron.ParseStandard(e.String())
		if err != nil {
			t.Fatalf("%q: cron refuses it: %v", s, err)
		}
		from := time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)
		got := e.next(from)
		if got.IsZero() || !got.After(from) || !got.Equal(theirs.Next(from)) {
			t.Fatalf("%q fires at %s, cron says %s", s, got, theirs.Next(from))
		}
	})
}

func mustExpr(t testing.TB, s string) Expr {
	t.Helper()
	e, err := ParseExpr(s)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func mustZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
