// Package sdnotify tells systemd what the service is about, over $NOTIFY_SOCKET as
// sd_notify(3) describes. It promises that a service started otherwise runs the same:
// without a socket every message is a no-op. When to send what is the caller's business.
package sdnotify

import (
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// sendTimeout bounds the wait for a full socket: systemd may be busy, we are not to hang.
const sendTimeout = time.Second

// Notifier sends to one socket. A nil Notifier and one without a socket send nothing.
// It is safe for concurrent use.
type Notifier struct{ socket string }

// New takes the value of $NOTIFY_SOCKET: an absolute path, or a name in the abstract
// name space with a leading "@"; empty when there is no systemd, and then it returns nil.
func New(socket string) *Notifier {
	if socket == "" {
		return nil
	}
	return &Notifier{socket: socket}
}

// Ready tells that start-up, or the reload announced by Reloading, is finished.
func (n *Notifier) Ready() error { return n.send("READY=1") }

// Stopping tells that the shutdown has begun.
func (n *Notifier) Stopping() error { return n.send("STOPPING=1") }

// Watchdog tells that the service makes progress.
func (n *Notifier) Watchdog() error { return n.send("WATCHDOG=1") }

// Status sets the line that "systemctl status" shows.
func (n *Notifier) Status(line string) error {
	// A line end would begin another assignment.
	return n.send("STATUS=" + strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }), " "))
}

// Extend asks for more time, from now on, to start or to stop.
func (n *Notifier) Extend(d time.Duration) error {
	return n.send(fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d", d.Microseconds()))
}

// Reloading tells that the configuration is being read anew; Ready ends it. The time
// lets systemd match it to its own request (Type=notify-reload, systemd 253 and later).
func (n *Notifier) Reloading() error {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return fmt.Errorf("notify systemd: monotonic clock: %w", err)
	}
	return n.send(fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d", now.Nano()/int64(time.Microsecond)))
}

func (n *Notifier) send(message string) (err error) {
	if n == nil || n.socket == "" {
		return nil
	}
	if n.socket[0] != '/' && n.socket[0] != '@' {
		return fmt.Errorf("notify systemd: socket %q is neither an absolute path nor an abstract name: check NOTIFY_SOCKET", n.socket)
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	defer func() {
		if cerr := conn.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("notify systemd: close: %w", cerr)
		}
	}()
	if err := conn.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	if _, err := conn.Write([]byte(message)); err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	return nil
}
