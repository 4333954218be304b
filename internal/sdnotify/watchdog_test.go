package sdnotify

import (
	"os"
	"strconv"
	"testing"
	"time"
)

func TestWatchdogIntervalIsHalfTheLimitOfThisProcess(t *testing.T) {
	own, other := strconv.Itoa(os.Getpid()), strconv.Itoa(os.Getpid()+1)
	for _, c := range []struct {
		usec, pid string
		want      time.Duration
		fails     bool
	}{
		{"", "", 0, false},
		{"", own, 0, false},
		{"60000000", "", 30 * time.Second, false},
		{"60000000", own, 30 * time.Second, false},
		{"60000000", other, 0, false},
		{"1", own, 500 * time.Nanosecond, false},
		{"9223372036854775", own, 9223372036854775 * time.Microsecond / 2, false},
		{"9223372036854776", own, 0, true},
		{"0", own, 0, true},
		{"-1", own, 0, true},
		{"60s", own, 0, true},
		{"60000000", "me", 0, true},
		{"60000000", "0", 0, true},
	} {
		env := map[string]string{"WATCHDOG_USEC": c.usec, "WATCHDOG_PID": c.pid}
		got, err := WatchdogInterval(func(key string) string { return env[key] })
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("usec %q pid %q: got %v, %v; want %v, failing %v", c.usec, c.pid, got, err, c.want, c.fails)
		}
	}
}
