// Package schedule says when an account may post: slots from cron expressions, and the
// rules of spacing, quiet hours and rates. It promises wall times that hold through
// every change of the clocks, and the same answer for the same question: there is no
// clock, no chance and no I/O in it. Who posts what at a slot is left to others.
package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Expr is one cron expression: a set of wall times, in no zone. The zero Expr fires
// never; NewSlots refuses it.
type Expr struct {
	text string
	cron cron.Schedule
}

var shorthands = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"}

// ParseExpr reads five fields (minute hour day-of-month month day-of-week) or a
// shorthand such as "@daily". Where both day fields are restricted, a day that matches
// either fires. An error names the expression, the field and the bound.
func ParseExpr(expr string) (Expr, error) {
	e, err := parseExpr(strings.TrimSpace(expr))
	if err != nil {
		return Expr{}, fmt.Errorf("%q: %w", expr, err)
	}
	return e, nil
}

func parseExpr(s string) (Expr, error) {
	if err := checkExpr(s); err != nil {
		return Expr{}, err
	}
	parsed, err := cron.ParseStandard(s)
	if err != nil {
		return Expr{}, err
	}
	e := Expr{text: s, cron: parsed}
	// The year 2000 has a 29 February: what finds no day from here on never will.
	if e.next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Expr{}, errors.New("never fires: no month it names has a day it names")
	}
	return e, nil
}

// checkExpr is stricter than cron, says more, and keeps from it what would make it panic.
func checkExpr(s string) error {
	upper := strings.ToUpper(s)
	if strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ=") {
		return errors.New("a zone is no part of an expression: remove it and set the account's timezone")
	}
	if strings.HasPrefix(s, "@every") {
		return errors.New(`"@every" is refused, slots are wall times: write them out, as "0 */2 * * *" for every two hours`)
	}
	if strings.HasPrefix(s, "@") {
		if !slices.Contains(shorthands, s) {
			return fmt.Errorf("unknown shorthand: want one of %s, or five fields", strings.Join(shorthands, " "))
		}
		return nil
	}
	texts := strings.Fields(s)
	if len(texts) != len(fields) {
		return fmt.Errorf("%s, want 5: minute hour day-of-month month day-of-week%s", count(len(texts)), secondsHint(len(texts)))
	}
	for i, text := range texts {
		if err := fields[i].check(text); err != nil {
			return err
		}
	}
	return nil
}

func count(n int) string {
	if n == 1 {
		return "1 field"
	}
	return fmt.Sprintf("%d fields", n)
}

func secondsHint(n int) string {
	if n == 6 {
		return "; there are no seconds"
	}
	return ""
}

// String returns the expression as it was written.
func (e Expr) String() string { return e.text }

// next returns the first wall time after wall, both as if in UTC, or zero.
func (e Expr) next(wall time.Time) time.Time {
	// From second 59 on, cron need not count up to the next minute.
	from := wall.Truncate(time.Minute).Add(59 * time.Second)
	next := e.cron.Next(from)
	if next.IsZero() {
		// cron looks five years ahead; from 2096 to the next 29 February it is eight.
		next = e.cron.Next(time.Date(from.Year()+5, 12, 31, 23, 59, 59, 0, time.UTC))
	}
	return next
}
