package daemon

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"crieur/internal/outbox"
)

// heldUp is a disk that takes nothing until let.
type heldUp struct {
	once    sync.Once
	reached chan struct{}
	let     chan struct{}
}

func (h *heldUp) Write(b []byte) (int, error) {
	h.once.Do(func() { close(h.reached) })
	<-h.let
	return len(b), nil
}

// TestTheHeartbeatWaitsForNoBackup: here every read of the outbox waits for one, since its
// file has outgrown a map without room, and the watchdog is told all the same.
func TestTheHeartbeatWaitsForNoBackup(t *testing.T) {
	d, m, _ := beating(t, 20*time.Millisecond, outbox.Options{MapRoom: 1 << 20})
	ctx, cancel := context.WithCancel(t.Context())
	disk := &heldUp{reached: make(chan struct{}), let: make(chan struct{})}
	var all sync.WaitGroup
	all.Go(func() {
		if err := d.outbox.Backup(disk, nil); err != nil {
			t.Error(err)
		}
	})
	letGo := sync.OnceFunc(func() { close(disk.let) })
	t.Cleanup(letGo)
	<-disk.reached
	done := make(chan struct{})
	all.Go(func() {
		defer close(done)
		for i := range 1500 {
			d.queue(t, fmt.Sprintf("Article numéro %d", i))
		}
	})
	all.Go(func() { d.beat(ctx) })
	waits := make(chan struct{})
	all.Go(func() {
		defer close(waits)
		for ctx.Err() == nil { // until the file wants to grow this comes back at once
			asked := make(chan struct{})
			go func() { defer close(asked); _ = d.readStatusLine(time.Now()) }()
			select {
			case <-asked:
			case <-time.After(time.Second):
				return
			}
		}
	})
	<-waits
	m.heard()
	beats := 0
	until(t, "twenty beats", func() bool {
		_, more := m.heard()
		beats += more
		return beats >= 20
	})
	select {
	case <-done:
		t.Error("nothing waited for the backup: the test shows nothing")
	default:
	}
	cancel()
	letGo()
	all.Wait()
}
