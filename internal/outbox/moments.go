package outbox

import (
	"encoding/binary"
	"fmt"
	"time"
)

// moments are stored in whole milliseconds, rounded up, each as the distance from the
// one before: a thousand of them fit in half a page. These bytes too are those of every
// schema.
func (t tx) moments(key []byte) (at []time.Time, err error) {
	b := t.data.Get(key)
	at = make([]time.Time, 0, len(b)/2+1)
	for ms := int64(0); len(b) > 0; {
		step, width := binary.Varint(b)
		if width <= 0 {
			return nil, fmt.Errorf("%w: moments %q end early", ErrDamaged, key)
		}
		ms, b = ms+step, b[width:]
		at = append(at, time.UnixMilli(ms).UTC())
	}
	return at, nil
}

func (t tx) putMoments(key []byte, at []time.Time) error {
	b := make([]byte, 0, 8+3*len(at))
	last := int64(0)
	for _, a := range at {
		ms := wholeMilli(a).UnixMilli()
		b = binary.AppendVarint(b, ms-last)
		last = ms
	}
	if err := t.data.Put(key, b); err != nil {
		return fmt.Errorf("moments %q: %w", key, err)
	}
	return nil
}

func wholeMilli(t time.Time) time.Time {
	return time.UnixMilli(t.Add(time.Millisecond - 1).UnixMilli()).UTC()
}
