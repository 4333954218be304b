package outbox

import (
	"errors"
	"math"
	"syscall"
	"time"
)

// bbolt maps its file into memory. Once the file outgrows the map it is mapped anew, which
// waits for the end of every read, and no read begins before that: during a backup to a
// slow disk the whole daemon would stand still. So the map is larger than any outbox will
// be. It is address space: neither memory nor space on the disk.
const (
	mapRoom   int64 = 16 << 30
	leastRoom int64 = 16 << 20 // a map that grows during a batch costs more than the batch
)

func open(path string, lockTimeout time.Duration) (*Outbox, error) {
	return openIn(path, lockTimeout, mapRoom)
}

// openIn opens a store with that much room, or with the least where the process may not
// have so much (ulimit -v, LimitAS=, 32 bits).
func openIn(path string, lockTimeout time.Duration, room int64) (*Outbox, error) {
	o, err := openMapped(path, lockTimeout, int(min(room, math.MaxInt)))
	if errors.Is(err, syscall.ENOMEM) && room > leastRoom {
		return openMapped(path, lockTimeout, int(leastRoom))
	}
	return o, err
}

// Copied is when a copy of the store, for a backup or a check, got on last; zero: none was
// begun since it was opened. Where the file outgrows its map all others wait for the copy:
// while it gets on, who waits is not stuck.
func (o *Outbox) Copied() time.Time {
	if at := o.copied.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

func (o *Outbox) getsOn() {
	now := time.Now() // with the clock that nobody sets
	o.copied.Store(&now)
}
