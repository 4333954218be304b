package sdnotify

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// WatchdogInterval is how often to call Watchdog: half of the time after which systemd
// would kill the service, as sd_watchdog_enabled(3) advises. It is 0 when no watchdog
// is set or when it is meant for another process. getenv is os.Getenv but for tests.
func WatchdogInterval(getenv func(string) string) (time.Duration, error) {
	limit := getenv("WATCHDOG_USEC")
	if limit == "" {
		return 0, nil
	}
	if pid := getenv("WATCHDOG_PID"); pid != "" {
		n, err := strconv.Atoi(pid)
		if err != nil || n <= 0 {
			return 0, fmt.Errorf("WATCHDOG_PID %q is not a process ID: unset it or start the service by systemd", pid)
		}
		if n != os.Getpid() {
			return 0, nil
		}
	}
	const most = uint64(1<<63-1) / uint64(time.Microsecond)
	usec, err := strconv.ParseUint(limit, 10, 64)
	if err != nil || usec == 0 || usec > most {
		return 0, fmt.Errorf("WATCHDOG_USEC %q is not a number of microseconds: unset it or start the service by systemd", limit)
	}
	return time.Duration(usec) * time.Microsecond / 2, nil
}
