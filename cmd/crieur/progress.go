package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// What is over sooner than showAfter needs no progress line, and nobody reads one
// that changes more often than redrawEvery.
const (
	showAfter   = 300 * time.Millisecond
	redrawEvery = 100 * time.Millisecond
	tellTime    = time.Second // how often that of something without figures
)

// inBytes is the unit that is scaled to kB, MB or GB; others are counted and named.
const inBytes = "bytes"

// progress is one line on a terminal that says how far something long is. A nil one
// says nothing.
type progress struct {
	w       io.Writer
	unit    string // inBytes, "articles", …
	columns int    // of the terminal; 0: unknown
	now     func() time.Time

	begun, drawn time.Time
	width        int // of the line that stands there; 0: none
}

// progressIn begins a progress line on standard error, where a person watches one.
func (a *app) progressIn(unit string) *progress {
	f, ok := a.err.(*os.File)
	if !ok || a.json || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		columns = 0
	}
	return newProgress(f, unit, columns, time.Now)
}

func newProgress(w io.Writer, unit string, columns int, now func() time.Time) *progress {
	return &progress{w: w, unit: unit, columns: columns, now: now, begun: now()}
}

// set says how much is done of how much in all.
func (p *progress) set(done, total int64) {
	if p == nil || total <= 0 {
		return
	}
	now := p.now()
	if now.Sub(p.begun) < showAfter || now.Sub(p.drawn) < redrawEvery {
		return
	}
	p.drawn = now
	p.draw(p.line(min(max(done, 0), total), total))
}

// say stands there instead of figures while something takes its time that cannot tell
// how far it is.
func (p *progress) say(text string) {
	if p == nil {
		return
	}
	if p.columns > 0 && len(text) >= p.columns {
		text = text[:p.columns-1]
	}
	p.draw(text)
}

// while says text, and how long it takes already, until stop.
func (p *progress) while(text string) (stop func()) {
	if p == nil {
		return func() {}
	}
	ended, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		tick := time.NewTicker(tellTime)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
				p.say(text + " " + p.now().Sub(p.begun).Truncate(time.Second).String())
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(ended)
		<-told
	})
}

// clear leaves the terminal as if nothing had been there.
func (p *progress) clear() {
	if p == nil || p.width == 0 {
		return
	}
	p.draw("")
	p.draw("") // back to the first column, with nothing left to cover
}

// draw puts line over what stands there, with nothing that a simple terminal lacks.
func (p *progress) draw(line string) {
	over := strings.Repeat(" ", max(p.width-len(line), 0))
	p.width = len(line)
	// Where the terminal is gone, the result and the exit code still tell.
	_, _ = fmt.Fprint(p.w, "\r", line, over)
}

// line is plain ASCII, at most 49 columns for bytes, and never wraps.
func (p *progress) line(done, total int64) string {
	const cells = 20
	full := int(float64(done) / float64(total) * cells)
	line := fmt.Sprintf("[%-*s] %3d%%  %s", cells, strings.Repeat("#", full), int(float64(done)/float64(total)*100), amount(done, total, p.unit))
	if p.columns > 0 && len(line) >= p.columns {
		line = line[:p.columns-1]
	}
	return line
}

// amount is "1.2 of 3.4 MB", or "3 of 40 articles".
func amount(done, total int64, unit string) string {
	if unit != inBytes {
		return fmt.Sprintf("%d of %d %s", done, total, unit)
	}
	scale, name := 1e3, "kB"
	switch {
	case total >= 1e9:
		scale, name = 1e9, "GB"
	case total >= 1e6:
		scale, name = 1e6, "MB"
	}
	return fmt.Sprintf("%.1f of %.1f %s", float64(done)/scale, float64(total)/scale, name)
}
