package platformtest

import (
	"sync"

	"crieur/internal/platform"
)

// Usages collects what an adapter reports of its requests. It is safe for concurrent use.
type Usages struct {
	mu   sync.Mutex
	seen []platform.Usage
}

// Observe is for the Options of an adapter.
func (u *Usages) Observe(usage platform.Usage) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seen = append(u.seen, usage)
}

// Take returns what came since the last Take.
func (u *Usages) Take() []platform.Usage {
	u.mu.Lock()
	defer u.mu.Unlock()
	seen := u.seen
	u.seen = nil
	return seen
}
