package clockset

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The clock is set to what it shows: nobody else notices.
func setClock(t *testing.T) {
	t.Helper()
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_REALTIME, &now); err != nil {
		t.Fatal(err)
	}
	err := unix.ClockSettime(unix.CLOCK_REALTIME, &now)
	if errors.Is(err, unix.EPERM) {
		t.Skip("only root may set the clock")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachSettingOfTheClockIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan struct{}, 10)
	if err := Watch(ctx, func() { told <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		setClock(t)
		select {
		case <-told:
		case <-time.After(10 * time.Second):
			t.Fatal("not told")
		}
	}
	cancel()
}

// TestAJumpWhileAnotherIsToldIsTold: the clock is watched again before anybody hears of it.
func TestAJumpWhileAnotherIsToldIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := make(chan struct{}, 10)
	first := true
	err := Watch(ctx, func() {
		if first {
			first = false
			setClock(t)
		}
		told <- struct{}{}
	})
	if err != nil {
		t.Fatal(err)
	}
	setClock(t)
	for range 2 {
		select {
		case <-told:
		case <-time.After(10 * time.Second):
			t.Fatal("not told")
		}
	}
}

func TestWithoutAChangeNothingIsTold(t *testing.T) {
	told := make(chan struct{}, 10)
	if err := Watch(t.Context(), func() { told <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond)
	if len(told) > 0 {
		t.Error("told of a change, but there was none")
	}
}
