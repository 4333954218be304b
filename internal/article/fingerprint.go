package article

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Fingerprint is the same for articles with the same teaser and body, however they
// are composed (NFC) and spaced: hex SHA-256, for the recognition of duplicates.
func (a Article) Fingerprint() string {
	sum := sha256.Sum256([]byte(normalised(a.Teaser) + "\n" + normalised(a.Body)))
	return hex.EncodeToString(sum[:])
}

func normalised(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}
