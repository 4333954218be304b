package status

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/dispatch"
)

// reader is one that reads a stream in a bubble.
type reader struct {
	http.ResponseWriter
	mu     sync.Mutex
	boards []time.Time // when each came
	alive  int
	last   string
	block  chan struct{} // closed: it reads on; nil: it always does
	leave  context.CancelFunc
	left   chan struct{}
}

func (r *reader) Header() http.Header { return http.Header{} }
func (r *reader) WriteHeader(int)     {}
func (r *reader) FlushError() error   { return nil }
func (r *reader) Write(b []byte) (int, error) {
	if r.block != nil {
		<-r.block
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch s := string(b); {
	case strings.HasPrefix(s, "event: "):
		r.boards, r.last = append(r.boards, time.Now()), s
	case s == ": alive\n\n":
		r.alive++
	}
	return len(b), nil
}

func (r *reader) seen() (boards, alive int, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.boards), r.alive, r.last
}

// read opens a stream, which the test must leave.
func read(t *testing.T, l *live, block chan struct{}) *reader {
	ctx, cancel := context.WithCancel(t.Context())
	r := &reader{block: block, leave: cancel, left: make(chan struct{})}
	go func() {
		defer close(r.left)
		l.ServeHTTP(r, httptest.NewRequest("GET", "/events", nil).WithContext(ctx))
	}()
	return r
}

// desk is a page whose one account's state the test sets, on an outbox of its own.
func desk(t *testing.T) (l *live, state *atomic.Value) {
	state = &atomic.Value{}
	state.Store(dispatch.StateRunning)
	opt := Options{Outbox: openOutbox(t), Status: func(time.Time) (dispatch.Status, error) {
		s := state.Load().(string)
		if s == "" {
			return dispatch.Status{}, errors.New("disk gone")
		}
		return dispatch.Status{Ready: true, Counts: map[string]int{}, Accounts: []dispatch.AccountStatus{{Name: "masto", Platform: "mastodon", State: s}}}, nil
	}}
	p, err := opt.page(http.NewServeMux())
	if err != nil {
		t.Fatal(err)
	}
	return newLive(p), state
}

func TestAChangeIsPushedOnceAndAtMostOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := desk(t)
		r := read(t, l, nil)
		synctest.Wait()
		if n, _, last := r.seen(); n != 1 || !strings.Contains(last, "data: <main") {
			t.Fatalf("%d events at the beginning: %s", n, last)
		}
		for i := range 20 { // in two seconds
			attempted(t, l.page.Outbox, i, "masto", "News", time.Now(), posted(i, time.Now()))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		n, _, last := r.seen()
		if n < 3 || n > 4 || !strings.Contains(last, "<dt>posts today</dt><dd>20</dd>") {
			t.Errorf("%d events in 4 s, the last one %s", n, last)
		}
		for i, at := range r.boards[1:] {
			if d := at.Sub(r.boards[i]); i > 0 && d < lookEvery {
				t.Errorf("%s between two events", d)
			}
		}
		r.leave()
		<-r.left
	})
}

func TestWhatTimeChangesIsPushedAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, state := desk(t)
		r := read(t, l, nil)
		time.Sleep(50 * time.Second)
		if n, alive, _ := r.seen(); n != 1 || alive != 3 {
			t.Errorf("%d events and %d comments in a minute in which nothing happened", n, alive)
		}
		state.Store(dispatch.StateStopped) // no change of the outbox
		time.Sleep(drawEvery + time.Second)
		if n, _, last := r.seen(); n != 2 || !strings.Contains(last, "crieur resume masto") {
			t.Errorf("%d events: %s", n, last)
		}
		state.Store("")
		time.Sleep(drawEvery + time.Second)
		if n, _, last := r.seen(); n != 3 || last != "event: trouble\ndata: disk gone\n\n" {
			t.Errorf("%d events: %s", n, last)
		}
		r.leave()
		<-r.left
	})
}

func TestStreamsAreBoundedAndNobodyWatchesForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := desk(t)
		var readers []*reader
		for range mostStreams {
			readers = append(readers, read(t, l, nil))
		}
		synctest.Wait()
		w := httptest.NewRecorder()
		l.ServeHTTP(w, httptest.NewRequest("GET", "/events", nil))
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("one more: %d", w.Code)
		}
		readers[0].leave()
		<-readers[0].left
		readers[0] = read(t, l, nil)
		synctest.Wait()
		if n, _, _ := readers[0].seen(); n != 1 {
			t.Errorf("%d events for who came in a free place", n)
		}
		for _, r := range readers {
			r.leave()
			<-r.left
		}
		synctest.Wait() // the bubble fails if a watch is left
	})
}

func TestASlowReaderMissesWhatIsOldAndHoldsBackNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := desk(t)
		block := make(chan struct{})
		slow, fast := read(t, l, block), read(t, l, nil)
		for i := range 30 {
			attempted(t, l.page.Outbox, i, "masto", "News", time.Now(), posted(i, time.Now()))
			time.Sleep(time.Second)
		}
		time.Sleep(2 * time.Second)
		if n, _, _ := fast.seen(); n < 30 {
			t.Errorf("%d events beside a slow reader", n)
		}
		close(block)
		synctest.Wait()
		// The one that it was at, and the newest: nothing was kept for it in between.
		n, _, last := slow.seen()
		if n != 2 || !strings.Contains(last, "<dt>posts today</dt><dd>30</dd>") {
			t.Errorf("%d events, the last one %s", n, last)
		}
		for _, r := range []*reader{slow, fast} {
			r.leave()
			<-r.left
		}
	})
}

// TestAStreamOutlivesTheServersDeadlinesAndEndsWithIt, over a real connection.
func TestAStreamOutlivesTheServersDeadlinesAndEndsWithIt(t *testing.T) {
	opt, ending := sampleOptions(), make(chan struct{})
	opt.Outbox, opt.Ending = openOutbox(t), ending
	h, err := Handler(opt)
	if err != nil {
		t.Fatal(err)
	}
	const deadline = 300 * time.Millisecond
	s := &http.Server{Handler: h, ReadTimeout: deadline, WriteTimeout: deadline}
	s.RegisterOnShutdown(sync.OnceFunc(func() { close(ending) }))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // of the whole test
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+listener.Addr().String()+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%d %s", resp.StatusCode, kind)
	}
	lines := bufio.NewReader(resp.Body)
	board := func() {
		t.Helper()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				t.Fatalf("the stream ended: %v", err)
			}
			if line == "event: board\n" {
				return
			}
		}
	}
	board()
	time.Sleep(2 * deadline)
	at := time.Now()
	attempted(t, opt.Outbox, 1, "masto", "News", at, posted(1, at))
	board()

	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("the end waits for a reader: %v", err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the stream does not end whole: %v", err)
	}
}

func TestEachLineOfAMessageIsOneOfTheStream(t *testing.T) {
	for data, want := range map[string]string{
		"":              "event: board\n\n",
		"a":             "event: board\ndata: a\n\n",
		"a\n\nb\r\nc\n": "event: board\ndata: a\ndata: \ndata: b\ndata: c\n\n",
	} {
		if got := string(message("board", []byte(data))); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
	}
}
