// Package clockset tells when somebody sets the system's clock, or the machine wakes
// from sleep. A timer does not: it runs by the monotonic clock, and what is due at a
// wall time would come late, or wake-ups be needed to look.
package clockset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// far is further ahead than any timer of ours, and what the kernel takes.
const far = 100 * 365 * 24 * time.Hour

// Watch calls changed after each jump of the clock until ctx ends. It returns at once,
// with an error where the system cannot tell.
func Watch(ctx context.Context, changed func()) error {
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return fmt.Errorf("clock: timerfd_create: %w", err)
	}
	if err := arm(fd); err != nil {
		return errors.Join(err, unix.Close(fd))
	}
	f := os.NewFile(uintptr(fd), "clock") // its reads wait in the poller, no thread waits with them
	context.AfterFunc(ctx, func() { _ = f.Close() })
	go watch(f, fd, changed)
	return nil
}

func watch(f *os.File, fd int, changed func()) {
	buf := make([]byte, 8)
	for {
		_, err := f.Read(buf)
		jumped := errors.Is(err, unix.ECANCELED)
		if err != nil && !jumped {
			return // closed
		}
		// First, so that a jump from here on is told too; one before is seen by changed.
		err = arm(fd)
		if jumped {
			changed()
		}
		if err != nil {
			return
		}
	}
}

// arm sets the timer anew: a jump cancels it.
func arm(fd int) error {
	spec := unix.ItimerSpec{Value: unix.Timespec{Sec: time.Now().Add(far).Unix()}}
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &spec, nil); err != nil {
		return fmt.Errorf("clock: timerfd_settime: %w", err)
	}
	return nil
}
