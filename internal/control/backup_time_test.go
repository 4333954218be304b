package control

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections have no socket, so that they know fake time.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.ended); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p pipes) dial(context.Context) (net.Conn, error) {
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// slowly is an API whose backup takes time, and serves it with the daemon's timeouts.
func slowly(t *testing.T, takes time.Duration) (p pipes, end func()) {
	p = pipes{make(chan net.Conn), make(chan struct{})}
	srv := &http.Server{
		Handler: Handler(scripted{backup: func(ctx context.Context, _ string, progress func(done, total int64)) (int64, error) {
			progress(1, 2)
			select {
			case <-time.After(takes):
				return 2, nil
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
		}}),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: time.Minute,
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(p) }()
	return p, func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
}

func TestABackupMayTakeLongerThanOtherRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, end := slowly(t, 15*time.Minute)
		defer end()
		c := newClient("pipe", p.dial)
		defer c.http.CloseIdleConnections()
		told := 0
		size, err := c.Backup(t.Context(), "backup.db", func(int64, int64) { told++ })
		if size != 2 || err != nil || told < 1000 {
			t.Errorf("%d bytes, %v, told %d times", size, err, told)
		}
	})
}

// TestAClientThatReadsNoLinesGetsTheSize: crieur before there was progress.
func TestAClientThatReadsNoLinesGetsTheSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, end := slowly(t, 10*time.Minute)
		defer end()
		h := newClient("pipe", p.dial).http
		h.Transport.(*http.Transport).ResponseHeaderTimeout = 0
		defer h.CloseIdleConnections()
		resp, err := h.Post("http://crieur/v1/backup", "", strings.NewReader(`"backup.db"`))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		if string(b) != "2\n" || err != nil || resp.Body.Close() != nil {
			t.Errorf("%q, %v", b, err)
		}
	})
}

// TestAClientThatStopsReadingHoldsUpNothing: progress does not wait for it, and a
// backup that nobody hears of ends.
func TestAClientThatStopsReadingHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pipes{make(chan net.Conn), make(chan struct{})}
		steps, ended := 0, make(chan error, 1)
		srv := &http.Server{Handler: Handler(scripted{backup: func(ctx context.Context, _ string, progress func(done, total int64)) (int64, error) {
			for ctx.Err() == nil && steps < 10_000 {
				steps++
				progress(int64(steps), 1<<40)
				time.Sleep(time.Second)
			}
			ended <- context.Cause(ctx)
			return 0, context.Cause(ctx)
		}})}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(p) }()
		conn, err := p.dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "POST /v1/backup HTTP/1.1\r\nHost: crieur\r\nAccept: "+ndjson+"\r\nContent-Length: 11\r\n\r\n\"backup.db\""); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended by %v", err)
		}
		if steps < int(answerWithin.Seconds()) {
			t.Errorf("%d steps in %v: the copy waited for the client", steps, answerWithin)
		}
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}
