package status

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	mostStreams = 32
	lookEvery   = time.Second      // whether the outbox changed: at most one event in that time
	drawEvery   = 5 * time.Second  // what changes without the outbox: minutes, states, webhooks
	idleShare   = 20               // of a drawing's own time passes until the next, so that a large page costs 5 % of a core
	aliveEvery  = 15 * time.Second // a comment, so that both ends notice a dead connection
	takeWithin  = 30 * time.Second // a reader that takes nothing for so long is let go
)

// frame is one state of the page as the stream sends it. It never changes, and all
// streams share it: a slow one holds the frame that it is at, and goes on with the newest.
type frame struct {
	data  []byte
	drawn time.Time
	seen  uint64        // the outbox's change
	next  chan struct{} // closed when there is a newer one
}

// live pushes the page's main part to its readers. It draws only while there are some.
type live struct {
	page *pages

	mu      sync.Mutex
	streams int
	stop    chan struct{} // ends the watch; nil: none runs
	latest  *frame

	drawing sync.Mutex // over each drawing
	cost    time.Duration
}

func newLive(p *pages) *live { return &live{page: p, latest: &frame{next: make(chan struct{})}} }

// ServeHTTP streams server-sent events (HTML, 9.2): "board" with the new <main>, "trouble"
// with what keeps it from being drawn.
func (l *live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !l.enter() {
		w.Header().Set("Retry-After", "30")
		http.Error(w, fmt.Sprintf("%d pages are live already: reload this one by hand", mostStreams), http.StatusServiceUnavailable)
		return
	}
	defer l.leave()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx in front passes each event on at once
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	rc := http.NewResponseController(w)
	// The server's deadlines are for requests that end.
	if err := rc.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return
	}
	send := func(b []byte) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(takeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return false
		}
		if _, err := w.Write(b); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	l.stream(r, l.fresh(time.Now()), send)
}

// stream sends the frame and each that follows, until either end is done.
func (l *live) stream(r *http.Request, f *frame, send func([]byte) bool) {
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	if !send([]byte("retry: 2000\n\n")) || !send(f.data) {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-l.page.Ending:
			return
		case <-alive.C:
			if !send([]byte(": alive\n\n")) {
				return
			}
		case <-f.next:
			f = l.now()
			if !send(f.data) {
				return
			}
		}
	}
}

func (l *live) now() *frame {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest
}

func (l *live) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams == mostStreams {
		return false
	}
	if l.streams++; l.streams == 1 {
		l.stop = make(chan struct{})
		go l.watch(l.stop)
	}
	return true
}

func (l *live) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams--; l.streams == 0 {
		close(l.stop)
	}
}

// watch draws anew when there may be something new.
func (l *live) watch(stop <-chan struct{}) {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-l.page.Ending:
			return
		case now := <-t.C:
			l.look(now)
		}
	}
}

func (l *live) look(now time.Time) {
	l.drawing.Lock()
	defer l.drawing.Unlock()
	f := l.now()
	age := now.Sub(f.drawn)
	if n, err := l.page.change(); err == nil && n == f.seen && age < drawEvery || age < idleShare*l.cost {
		return
	}
	l.draw(now)
}

// fresh is the frame for a new reader, who may know a newer state than the last one drawn.
func (l *live) fresh(now time.Time) *frame {
	l.drawing.Lock()
	defer l.drawing.Unlock()
	f := l.now()
	if n, err := l.page.change(); err == nil && n == f.seen && now.Sub(f.drawn) < lookEvery {
		return f
	}
	l.draw(now)
	return l.now()
}

// draw replaces the latest frame, and wakes the streams where that tells anything new.
func (l *live) draw(now time.Time) {
	seen, err := l.page.change() // before it is read: what comes meanwhile is looked at again
	begun := time.Now()
	var html []byte
	if err == nil {
		html, err = l.page.draw("main", now, false)
	}
	l.cost = time.Since(begun)
	f := &frame{data: message("board", html), drawn: now, seen: seen}
	if err != nil {
		f.data = message("trouble", []byte(err.Error()))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.latest
	if l.latest = f; bytes.Equal(old.data, f.data) {
		f.next = old.next
		return
	}
	f.next = make(chan struct{})
	close(old.next)
}

// message writes an event; each line of its data is one of the stream.
func message(name string, data []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(data) + len(data)/16)
	fmt.Fprintf(&b, "event: %s\n", name)
	for line := range bytes.Lines(data) {
		b.WriteString("data: ")
		b.Write(bytes.TrimRight(line, "\r\n"))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.Bytes()
}
