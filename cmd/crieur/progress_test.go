package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// screen is a terminal's line with what is written to it.
type screen struct {
	bytes.Buffer
	t       *testing.T
	columns int
}

// line plays what was written: a carriage return and plain ASCII is all that a
// simple terminal needs.
func (s *screen) line() string {
	cells, at := []byte{}, 0
	for _, b := range s.Bytes() {
		switch {
		case b == '\r':
			at = 0
			continue
		case b < ' ' || b > '~':
			s.t.Errorf("byte %q on the terminal", b)
		case s.columns > 0 && at >= s.columns-1:
			s.t.Errorf("column %d of %d: a full line wraps", at+1, s.columns)
		}
		if at == len(cells) {
			cells = append(cells, ' ')
		}
		cells[at] = b
		at++
	}
	return strings.TrimRight(string(cells), " ")
}

// watched is a progress line with a hand on the clock.
func watched(t *testing.T, unit string, columns int) (p *progress, s *screen, pass func(time.Duration)) {
	now := time.Unix(0, 0)
	s = &screen{t: t, columns: columns}
	return newProgress(s, unit, columns, func() time.Time { return now }), s, func(d time.Duration) { now = now.Add(d) }
}

func TestTheProgressLineShowsHowFar(t *testing.T) {
	for _, row := range []struct {
		unit        string
		done, total int64
		want        string
	}{
		{inBytes, 0, 45_600_000, "[                    ]   0%  0.0 of 45.6 MB"},
		{inBytes, 19_200_000, 45_600_000, "[########            ]  42%  19.2 of 45.6 MB"},
		{inBytes, 45_599_999, 45_600_000, "[################### ]  99%  45.6 of 45.6 MB"},
		{inBytes, 45_600_000, 45_600_000, "[####################] 100%  45.6 of 45.6 MB"},
		{inBytes, 4096, 32768, "[##                  ]  12%  4.1 of 32.8 kB"},
		{inBytes, 1 << 59, 1 << 60, "[##########          ]  50%  576460752.3 of 1152921504.6 GB"},
		{"articles", 3, 40, "[#                   ]   7%  3 of 40 articles"},
		{"articles", 50, 40, "[####################] 100%  40 of 40 articles"},
		{"articles", 0, 0, ""},
	} {
		p, s, pass := watched(t, row.unit, 80)
		pass(showAfter)
		p.set(row.done, row.total)
		if got := s.line(); got != row.want {
			t.Errorf("%d of %d %s: %q, want %q", row.done, row.total, row.unit, got, row.want)
		}
	}
}

func TestWhatIsSoonOverShowsNoProgress(t *testing.T) {
	p, s, pass := watched(t, inBytes, 80)
	p.set(1, 3)
	pass(showAfter - 1)
	p.set(2, 3)
	p.clear()
	if s.Len() > 0 {
		t.Errorf("written: %q", s.String())
	}
	pass(1)
	p.set(2, 3)
	if s.Len() == 0 {
		t.Error("nothing after the time at which it shows")
	}
}

func TestTheProgressLineIsDrawnAtMostTenTimesASecond(t *testing.T) {
	p, s, pass := watched(t, inBytes, 80)
	pass(showAfter)
	for i := range int64(1000) {
		p.set(i, 1000)
		pass(time.Millisecond)
	}
	if n := bytes.Count(s.Bytes(), []byte("\r")); n != 10 {
		t.Errorf("drawn %d times in a second", n)
	}
}

func TestTheProgressLineLeavesNothingBehind(t *testing.T) {
	for _, columns := range []int{0, 1, 2, 30, 80} {
		p, s, pass := watched(t, "articles", columns)
		pass(showAfter)
		p.set(1000, 2000)
		pass(redrawEvery)
		p.set(1, 2) // shorter than what stands there
		if got := s.line(); columns == 80 && got != "[##########          ]  50%  1 of 2 articles" {
			t.Errorf("the longer line shows through: %q", got)
		}
		p.clear()
		if got := s.line(); got != "" || !strings.HasSuffix(s.String(), "\r") {
			t.Errorf("%d columns: left %q at the end of %q", columns, got, s.String())
		}
		p.say("storing 1000 articles ...") // at once, and never wider than the terminal
		if got := s.line(); columns > 1 && got == "" || columns > 0 && len(got) >= columns {
			t.Errorf("%d columns: %q", columns, got)
		}
		p.clear()
		if got := s.line(); got != "" {
			t.Errorf("%d columns: left %q", columns, got)
		}
		n := s.Len()
		p.clear()
		if s.Len() != n {
			t.Errorf("cleared twice: %q", s.String()[n:])
		}
	}
}

func TestNoProgressWhereNobodyWatches(t *testing.T) {
	var b bytes.Buffer
	a := &app{err: &b}
	p := a.progressIn(inBytes)
	if p != nil {
		t.Error("a progress line in a buffer")
	}
	p.set(1, 2)
	p.say("x")
	p.clear()
	if b.Len() > 0 {
		t.Errorf("written: %q", b.String())
	}
}

// TestWhatCannotTellHowFarItIsTellsHowLong, and nothing after its end.
func TestWhatCannotTellHowFarItIsTellsHowLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{t: t, columns: 60}
		p := newProgress(s, "articles", 60, time.Now)
		stop := p.while("storing 3000 articles, all of them or none ...")
		time.Sleep(75*time.Second + time.Millisecond)
		synctest.Wait()
		if got := s.line(); got != "storing 3000 articles, all of them or none ... 1m15s" {
			t.Errorf("%q", got)
		}
		stop()
		p.clear()
		time.Sleep(time.Minute)
		if got := s.line(); got != "" {
			t.Errorf("left behind: %q", got)
		}
		var none *progress
		none.while("x")()
	})
}
