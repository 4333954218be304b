package journal

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTheRingKeepsTheLatestAtInfoAndAbove(t *testing.T) {
	var out bytes.Buffer
	ring := NewRing(3)
	// What is logged is one thing, what is remembered another.
	log := slog.New(ring.Tee(NewHandler(&out, Output{Level: slog.LevelError})))
	if got := ring.Recent(); len(got) != 0 {
		t.Errorf("at the start: %+v", got)
	}
	log.Info("forgotten")
	worker := log.With("account", "x", "platform", "x")
	worker.Debug("never kept", Key, WorkerWaits)
	worker.Info("delivered", Key, DeliveryDelivered, "delivery", "a.x", "url", "https://x.example/1")
	log.Warn("odd\nlines")
	worker.WithGroup("g").Error("delivery held", Key, DeliveryHeld, "delivery", "b.x") // within a group: not its own
	worker.With("reason", errors.New("look first")).Error("delivery held", Key, DeliveryHeld, "delivery", "c.x")
	want := []Event{
		{Level: slog.LevelWarn, Text: "odd\nlines"},
		{Level: slog.LevelError, Text: "delivery held", Account: "x"},
		{Level: slog.LevelError, Name: DeliveryHeld, Text: "delivery held: look first", Account: "x", Delivery: "c.x"},
	}
	got := ring.Recent()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Event{}, "At")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, e := range got {
		if time.Since(e.At) > time.Minute || e.At.IsZero() {
			t.Errorf("moment %v", e.At)
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines logged, want the two errors:\n%s", n, &out)
	}
}

func TestALongLineIsKeptShort(t *testing.T) {
	ring := NewRing(1)
	log := slog.New(ring.Tee(slog.DiscardHandler))
	for n := range 10 {
		log.Info(strings.Repeat("é", longestText) + strings.Repeat("x", n))
		log.Info("x" + strings.Repeat("🇫", longestText/4+n))
		if got := ring.Recent()[0].Text; len(got) > longestText+3 || strings.ContainsRune(got, '\uFFFD') || !strings.HasSuffix(got, "…") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
	}
}
