//go:build failpoints

package failpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// armed is the one failpoint of this process, read once.
var armed = sync.OnceValue(func() *point {
	p, err := parse(os.Getenv(Variable))
	if err != nil {
		panic(err) // a harness that believes it kills and does not would prove nothing
	}
	return p
})

type point struct {
	name string
	left atomic.Int64
}

// Reach ends the process, if this is the moment that was asked for.
func Reach(name string) {
	p := armed()
	if p.name != name || p.left.Add(-1) != 0 {
		return
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // cannot fail on ourselves
	select {}                                      // the signal may take a moment: no step further
}

// parse reads NAME or NAME:N; empty means none.
func parse(spec string) (*point, error) {
	name, times, many := strings.Cut(spec, ":")
	n := 1
	if many {
		var err error
		if n, err = strconv.Atoi(times); err != nil || n < 1 {
			return nil, fmt.Errorf("%s=%q: want NAME or NAME:N with N at least 1", Variable, spec)
		}
	}
	p := &point{name: name}
	p.left.Store(int64(n))
	return p, nil
}
