package outbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	idLen = 12 // characters of 5 bits
	maxID = 1<<(5*idLen) - 1

	// idSequenceBits are below the milliseconds: so many articles a millisecond
	// before IDs run ahead of the clock. They last until the year 3084.
	idSequenceBits = 15
)

// crockford is Douglas Crockford's base 32 in lower case: no i, l, o, u, and it sorts.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

func formatID(n uint64) string {
	var b [idLen]byte
	for i := idLen - 1; i >= 0; i-- {
		b[i] = crockford[n&31]
		n >>= 5
	}
	return string(b[:])
}

func parseID(s string) (n uint64, ok bool) {
	if len(s) != idLen {
		return 0, false
	}
	for i := range len(s) {
		v := strings.IndexByte(crockford, s[i])
		if v < 0 {
			return 0, false
		}
		n = n<<5 | uint64(v)
	}
	return n, true
}

// splitDeliveryID takes apart article ID + "." + account.
func splitDeliveryID(id string) (articleID, account string, ok bool) {
	articleID, account, ok = strings.Cut(id, ".")
	if _, valid := parseID(articleID); !ok || !valid || account == "" {
		return "", "", false
	}
	return articleID, account, true
}

// readID reads an article ID, or its beginning, as people type it (Crockford: case
// does not matter, o is 0, i and l are 1); the account of a delivery ID stays as it is.
func readID(s string) string {
	id, rest, dotted := strings.Cut(strings.TrimSpace(s), ".")
	id = strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(id))
	if dotted {
		return id + "." + rest
	}
	return id
}

// nextArticleID makes IDs that strictly increase and, being at least the clock,
// do not come again when an older copy of the outbox is restored.
func nextArticleID(last uint64, now time.Time) (uint64, error) {
	n := last + 1
	if ms := now.UnixMilli(); ms > 0 && ms <= maxID>>idSequenceBits {
		n = max(n, uint64(ms)<<idSequenceBits)
	}
	if n > maxID {
		return 0, errors.New("article IDs are used up: was an article enqueued with the clock in the year 3084?")
	}
	return n, nil
}

func (t tx) lastArticleID() (uint64, error) {
	v := t.meta.Get(metaLastID)
	if v == nil {
		return 0, nil
	}
	if len(v) != 8 {
		return 0, fmt.Errorf("%w: last article ID has %d bytes, want 8", ErrDamaged, len(v))
	}
	return binary.BigEndian.Uint64(v), nil
}

func (t tx) putLastArticleID(n uint64) error {
	if err := t.meta.Put(metaLastID, binary.BigEndian.AppendUint64(nil, n)); err != nil {
		return fmt.Errorf("last article ID: %w", err)
	}
	return nil
}
