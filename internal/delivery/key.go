package delivery

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Key returns the idempotency key of a delivery in the form of a UUID (version 8,
// RFC 9562 §5.8). It depends on nothing but its arguments, so every attempt of a
// delivery sends the same one; a new revision is a new post.
func Key(articleID, account string, revision int) string {
	h := sha256.New()
	for _, part := range []string{"crieur delivery", articleID, account} {
		// A length before each part, so that no two splits of the same text meet.
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	h.Write(binary.AppendVarint(nil, int64(revision)))
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x80 // version 8: the bits are the maker's own
	u[8] = u[8]&0x3f | 0x80 // variant of RFC 9562
	s := hex.EncodeToString(u)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
