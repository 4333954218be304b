package main

import (
	"io"
	"os"
	"strings"
	"time"

	xterm "golang.org/x/term"

	"crieur/internal/term"
)

// look is how people's output is laid out.
type look struct {
	columns int // of the terminal; 0: none, or unknown
	paint   term.Paint
	zone    *time.Location
	now     time.Time
}

// look is zero but for the zone where standard output is no terminal: what is printed
// then is plain, and stays as scripts know it.
func (a *app) look() look {
	l := look{zone: a.zone, now: time.Now()}
	f, ok := terminal(a.out)
	if !ok {
		return l
	}
	const usual = 80 // of a terminal that does not tell its size
	l.columns = usual
	if columns, _, err := xterm.GetSize(int(f.Fd())); err == nil && columns > 0 {
		l.columns = columns
	}
	l.paint = hostEnv("NO_COLOR") == "" && hostEnv("TERM") != "dumb"
	return l
}

// drawn tells whether people watch.
func (l look) drawn() bool { return l.columns > 0 }

func terminal(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && xterm.IsTerminal(int(f.Fd()))
}

// in styles a text; styled is for those with more than one line.
func (l look) in(s term.Style, text string) string { return l.paint.In(s, text) }

// short is a moment in a table: 12:30 today, else Sat 28 Nov 08:30, with the year where
// it is another one.
func (l look) short(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now := t.In(l.zone), l.now.In(l.zone)
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.Year() == now.Year() || t.Sub(now).Abs() < 90*24*time.Hour:
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("2 Jan 2006 15:04")
}

// brief is short without the day of the week.
func (l look) brief(t time.Time) string {
	text := l.short(t)
	if day, rest, ok := strings.Cut(text, " "); ok && len(day) == len("Mon") {
		return rest
	}
	return text
}

// offset names a moment's zone with its distance to UTC: CET (UTC+1), or UTC alone.
func offset(t time.Time) string {
	name, seconds := t.Zone()
	if seconds == 0 && (name == "UTC" || name == "") {
		return "UTC"
	}
	utc := strings.TrimSuffix(t.Format("UTC-07:00"), ":00")
	utc = strings.NewReplacer("UTC+0", "UTC+", "UTC-0", "UTC-").Replace(utc)
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") { // a zone without a name of its own
		return utc
	}
	return name + " (" + utc + ")"
}
