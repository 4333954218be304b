package sdnotify

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// listen is systemd's end.
func listen(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func receive(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

func TestEachMessageArrivesAsOneDatagram(t *testing.T) {
	for _, socket := range []string{
		filepath.Join(t.TempDir(), "notify"),
		fmt.Sprintf("@crieur-test-%d", time.Now().UnixNano()),
	} {
		conn := listen(t, socket)
		n := New(socket)
		for _, c := range []struct {
			send func() error
			want string
		}{
			{n.Ready, "READY=1"},
			{n.Stopping, "STOPPING=1"},
			{n.Watchdog, "WATCHDOG=1"},
			{func() error { return n.Status("3 en file, prochain à 09:00") }, "STATUS=3 en file, prochain à 09:00"},
			{func() error { return n.Status("a\r\nREADY=1\n\tb\x00c\x7f") }, "STATUS=a READY=1 b c"},
			{func() error { return n.Status("") }, "STATUS="},
			{func() error { return n.Extend(time.Minute) }, "EXTEND_TIMEOUT_USEC=60000000"},
		} {
			if err := c.send(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, receive(t, conn)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", socket, diff)
			}
		}
	}
}

func TestReloadingCarriesTheMonotonicTime(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn := listen(t, socket)
	before := monotonicMicroseconds(t)
	if err := New(socket).Reloading(); err != nil {
		t.Fatal(err)
	}
	usec, ok := strings.CutPrefix(receive(t, conn), "RELOADING=1\nMONOTONIC_USEC=")
	if !ok {
		t.Fatalf("message has another form, its tail is %q", usec)
	}
	got, err := strconv.ParseInt(usec, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if after := monotonicMicroseconds(t); got < before || got > after {
		t.Errorf("time %d is not between %d and %d", got, before, after)
	}
}

func monotonicMicroseconds(t *testing.T) int64 {
	t.Helper()
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts); err != nil {
		t.Fatal(err)
	}
	return ts.Nano() / 1000
}

func TestWithoutSystemdNothingIsSentAndNothingFails(t *testing.T) {
	for _, n := range []*Notifier{nil, {}, New("")} {
		for _, send := range []func() error{n.Ready, n.Stopping, n.Watchdog, n.Reloading, func() error { return n.Status("x") }} {
			if err := send(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestASocketThatDoesNotAnswerIsAnErrorWithItsName(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone")
	for _, socket := range []string{gone, "relative/notify", "vsock:2:1"} {
		if err := New(socket).Ready(); err == nil || !strings.Contains(err.Error(), socket) {
			t.Errorf("%s: error %v", socket, err)
		}
	}
}

func TestNotifierMayBeSharedBetweenGoroutines(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	conn := listen(t, socket)
	n := New(socket)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := n.Watchdog(); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		if got := receive(t, conn); got != "WATCHDOG=1" {
			t.Errorf("got %q", got)
		}
	}
	wg.Wait()
}

// Nobody reads: the queue of the socket fills, and the sender comes back.
func TestAFullSocketDoesNotHangTheService(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	listen(t, socket)
	n := New(socket)
	for range 100_000 {
		start := time.Now()
		if err := n.Watchdog(); err != nil {
			if took := time.Since(start); took > 5*sendTimeout {
				t.Errorf("came back only after %v", took)
			}
			return
		}
	}
	t.Error("the queue never filled")
}
