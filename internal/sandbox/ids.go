package sandbox

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"
)

// snowflakes makes IDs as X and Mastodon do: milliseconds above, a sequence below, always rising.
type snowflakes struct {
	epoch time.Time
	shift uint
	last  int64
}

// xSnowflakes counts from X's own epoch, 2010-11-04; its IDs have 19 digits since 2017.
func xSnowflakes() snowflakes {
	return snowflakes{epoch: time.UnixMilli(1288834974657), shift: 22}
}

// mastodonSnowflakes counts from 1970; its IDs have 18 digits.
func mastodonSnowflakes() snowflakes { return snowflakes{epoch: time.UnixMilli(0), shift: 16} }

func (s *snowflakes) next(now time.Time) string {
	s.last = max(now.Sub(s.epoch).Milliseconds()<<s.shift, s.last+1)
	return strconv.FormatInt(s.last, 10)
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulid returns a ULID of this moment: ten digits of milliseconds, sixteen that rise with seq and end at random.
func ulid(now time.Time, seq int) string {
	var noise [4]byte
	_, _ = rand.Read(noise[:]) // never fails (crypto/rand)
	return base32(uint64(now.UnixMilli()), 10) + base32(uint64(seq), 9) + base32(uint64(binary.BigEndian.Uint32(noise[:])), 7)
}

func base32(n uint64, digits int) string {
	out := make([]byte, digits)
	for i := digits - 1; i >= 0; i-- {
		out[i] = crockford[n&31]
		n >>= 5
	}
	return string(out)
}

// Marker is in every secret of the sandbox, so that a test finds one where none may be: in
// a log, an error, a dump, a command line.
const Marker = "s3cr3t"

// secret returns a random string that shows what it is for.
func secret(prefix string) string { return random(prefix + Marker + "-") }

// random is a secret that people see all the same, in an address or on a page.
func random(prefix string) string { return prefix + rand.Text() }

// pin returns seven random digits.
func pin() string {
	var b [4]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%07d", binary.BigEndian.Uint32(b[:])%10_000_000)
}

// later tells whether ID a is after b: longer, or as long and greater. Holds for decimal numbers and ULIDs.
func later(a, b string) bool {
	return len(a) > len(b) || len(a) == len(b) && a > b
}
