package outbox

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"crieur/internal/delivery"
)

// Two buckets. Bucket meta is small enough to live in the root page: schema, last
// article ID, backup and restore, and for each account "n" account -> counts. Bucket data holds all else
// by kind, in one tree, because every further page that a change touches must be
// synced.
var (
	bucketMeta = []byte("meta")
	bucketData = []byte("data")

	// A third one, from the first picture on, has the bytes by their digest: large values
	// among small ones would make every walk slow.
	bucketMedia = []byte("media")

	metaSchema = []byte("schema")
	metaLastID = []byte("last")

	metaBackup   = []byte("backup")   // when a backup was last begun
	metaKept     = []byte("kept")     // when the last one was begun that became a whole file
	metaRestored = []byte("restored") // see restoredMark
)

const metaCounts = 'n' // the first byte of "n" account; the other meta keys begin otherwise

// Kinds of keys. A | stands for a zero byte, priority is inverted so that a higher
// one sorts first.
const (
	kindRecord  = 'a' // article ID -> article; article ID "." account -> delivery
	kindWaiting = 'w' // account | priority, article ID: scheduled, as soon as the account posts
	kindTimed   = 't' // account | priority, due, article ID: scheduled for a moment of its own
	kindState   = 's' // account | state, article ID: all others, and timed ones too
	kindSlug    = 'u' // slug -> article ID
	kindBase    = 'b' // slug -> next number to try for the same slug
	kindSource  = 'o' // digest of the source -> first article ID
	kindContent = 'c' // digest of the content -> first article ID
	kindCopy    = 'y' // ID of the first article, ID of one that was stored again all the same
	kindLast    = 'l' // account -> latest delivered delivery ID
	kindLimits  = 'm' // account -> limits
	kindAccount = 'k' // account -> its state
	kindLogin   = 'j' // account -> the last check of its login
	kindClaims  = 'z' // account -> moments of its latest claims
	kindExpiry  = 'e' // account | expires, article ID: scheduled, and not for ever
	kindPace    = 'p' // account | 'p' -> moments of its latest posts; 's' -> its last slot; 'm' month -> spent
	kindLedger  = 'g' // account | moment, number -> one billable request
	kindVisits  = 'i' // day, article ID -> its visits by origin; day -> those of all together

	kindMedia = 'n' // digest of a picture, delivery ID: it may still be sent

	kindAmendment = 'v' // article ID -> what changed about it since
	kindReceipt   = 'r' // number -> moment, delivery ID: the log of receipts
	kindCursor    = 'h' // reader of that log -> the last number that it is done with
)

// stateBytes are on disk: add, never change. Their order is that of the counts.
var stateBytes = []struct {
	state delivery.State
	b     byte
}{
	{delivery.Scheduled, 'q'}, {delivery.Sending, 's'}, {delivery.Unknown, 'u'}, {delivery.Held, 'h'},
	{delivery.Delivered, 'd'}, {delivery.Dead, 'x'}, {delivery.Cancelled, 'c'}, {delivery.Expired, 'e'},
}

func stateIndex(s delivery.State) (int, error) {
	for i, sb := range stateBytes {
		if sb.state == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("state %q cannot be stored", s)
}

func plainKey(kind byte, rest string) []byte {
	return append(append(make([]byte, 0, 1+len(rest)), kind), rest...)
}

// accountPrefix begins all keys of one kind and account; account names have no zero byte.
func accountPrefix(kind byte, account string) []byte {
	k := make([]byte, 0, 1+len(account)+1+1+momentLen+idLen) // room for the longest key
	return append(append(append(k, kind), account...), 0)
}

func statePrefix(account string, i int) []byte {
	return append(accountPrefix(kindState, account), stateBytes[i].b)
}

func invert(priority int) byte { return byte(127 - priority) }

const momentLen = 12

// appendMoment makes a time that sorts as bytes, for any year. Its bytes are those of every
// schema, as migrations rely on: for other ones write another function.
func appendMoment(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix())^1<<63)
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

func readMoment(b []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(b)^1<<63), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

// indexKeys are the entries that a delivery has by its state. Change and Verify
// share it, so that an index is never a second opinion.
func indexKeys(d delivery.Delivery) ([][]byte, error) {
	i, err := stateIndex(d.State)
	if err != nil {
		return nil, err
	}
	var keys [][]byte
	if d.Media != nil && !d.State.Final() {
		k, err := mediaKey(*d.Media, d.ID)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	if d.State == delivery.Scheduled && !d.Expires.IsZero() {
		k := appendMoment(accountPrefix(kindExpiry, d.Account), d.Expires)
		keys = append(keys, append(k, d.ArticleID...))
	}
	if d.State == delivery.Scheduled && !d.Timed {
		k := append(accountPrefix(kindWaiting, d.Account), invert(d.Priority))
		return append(keys, append(k, d.ArticleID...)), nil
	}
	keys = append(keys, append(statePrefix(d.Account, i), d.ArticleID...))
	if d.State == delivery.Scheduled {
		k := appendMoment(append(accountPrefix(kindTimed, d.Account), invert(d.Priority)), d.Due)
		keys = append(keys, append(k, d.ArticleID...))
	}
	return keys, nil
}

// splitIndexKey returns the delivery that an index key of kind w, t, s or e names.
func splitIndexKey(k []byte) (id string, ok bool) {
	zero := bytes.IndexByte(k, 0)
	if zero < 2 || len(k) < zero+1+idLen {
		return "", false
	}
	between := map[byte]int{kindWaiting: 1, kindState: 1, kindTimed: 1 + momentLen, kindExpiry: momentLen}[k[0]]
	if len(k) != zero+1+between+idLen {
		return "", false
	}
	return deliveryID(string(k[len(k)-idLen:]), string(k[1:zero])), true
}

func deliveryID(articleID, account string) string { return articleID + "." + account }

// past returns the first key that sorts after all keys with this prefix. Prefixes
// end in a state or a priority; that of the lowest priority, 0xff, carries over.
func past(prefix []byte) []byte {
	k := slices.Clone(prefix)
	for i := len(k) - 1; i >= 0; i-- {
		if k[i] < 0xff {
			k[i]++
			return k[:i+1]
		}
	}
	return nil
}
