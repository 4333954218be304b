package visits

import (
	"sync"
	"sync/atomic"
)

// Key is all that is kept of a request.
type Key struct {
	Slug   string
	Day    Day
	Origin Origin
}

// MaxKeys bounds what a Counter holds, in keys: some 2 MB.
const MaxKeys = 10_000

// earlyKeys is when a Counter asks to be emptied before its time.
const earlyKeys = MaxKeys * 3 / 4

// Counter counts in memory until it is emptied. It may be used from many goroutines:
// of a page that is counted already, counting is one atomic addition.
type Counter struct {
	early chan struct{}

	mu   sync.RWMutex // held for reading while something is added, for writing to change keys
	keys map[Key]*atomic.Uint64
	lost uint64
}

// NewCounter returns an empty counter.
func NewCounter() *Counter {
	return &Counter{early: make(chan struct{}, 1), keys: map[Key]*atomic.Uint64{}}
}

// Early tells when the counter should be emptied soon: what comes once it holds
// MaxKeys keys, and is of none of them, is lost.
func (c *Counter) Early() <-chan struct{} { return c.early }

// Add counts one request; None counts as nothing.
func (c *Counter) Add(slug string, day Day, o Origin) {
	if o.Valid() {
		c.add(Key{slug, day, o}, 1)
	}
}

func (c *Counter) add(k Key, n uint64) {
	c.mu.RLock()
	count := c.keys[k]
	if count != nil {
		count.Add(n)
	}
	c.mu.RUnlock()
	if count != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if count = c.keys[k]; count == nil {
		if len(c.keys) >= MaxKeys {
			c.lost += n
			return
		}
		count = new(atomic.Uint64)
		c.keys[k] = count
	}
	count.Add(n)
	if len(c.keys) >= earlyKeys {
		select {
		case c.early <- struct{}{}:
		default: // it was told, and is not done yet
		}
	}
}

// Take empties the counter. lost is what it had no room for since it was last emptied.
func (c *Counter) Take() (counts map[Key]uint64, lost uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts = make(map[Key]uint64, len(c.keys))
	for k, n := range c.keys {
		counts[k] = n.Load()
	}
	lost, c.lost = c.lost, 0
	c.keys = map[Key]*atomic.Uint64{}
	return counts, lost
}

// Return gives back what was taken and could not be stored.
func (c *Counter) Return(counts map[Key]uint64) {
	for k, n := range counts {
		c.add(k, n)
	}
}
