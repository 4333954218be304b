package sdnotify

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// firstSocket is the number of the first one handed over (SD_LISTEN_FDS_START of
// sd_listen_fds(3)).
const firstSocket = 3

// Sockets takes over the listening sockets that systemd opened for this process, by their
// FileDescriptorName; none without socket units. env is os.Getenv and pid the process's
// own. A second call returns the same sockets again and is a mistake.
func Sockets(env func(string) string, pid int) (map[string]net.Listener, error) {
	if env("LISTEN_PID") != strconv.Itoa(pid) {
		return nil, nil // there are none, or they are another process's
	}
	n, err := strconv.Atoi(env("LISTEN_FDS"))
	if err != nil || n < 0 {
		return nil, fmt.Errorf("sockets from systemd: LISTEN_FDS is %q: want a number", env("LISTEN_FDS"))
	}
	names := strings.Split(env("LISTEN_FDNAMES"), ":")
	out := map[string]net.Listener{}
	var failed []error
	for i := range n {
		fd := firstSocket + i
		syscall.CloseOnExec(fd) // an alert's command is not to inherit it
		name := ""
		if i < len(names) {
			name = names[i]
		}
		f := os.NewFile(uintptr(fd), name)
		l, err := net.FileListener(f)
		failed = append(failed, f.Close()) // the listener has its own copy
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("socket %q from systemd: %w", name, err))
		case out[name] != nil:
			failed = append(failed, fmt.Errorf("two sockets from systemd are named %q: one socket unit, one ListenStream= for each", name), l.Close())
		default:
			out[name] = l
		}
	}
	return out, errors.Join(failed...)
}
