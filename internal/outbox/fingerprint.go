package outbox

import (
	"crypto/sha256"
	"strings"

	"crieur/internal/article"
)

// digest is short enough for an index and long enough that no two texts share it.
func digest(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}

// fingerprints are how the same article is recognised: by its source, when it has
// one, and by its content.
type fingerprints struct{ source, content []byte }

func fingerprintsOf(a article.Article) fingerprints {
	p := fingerprints{content: digest(fingerprint(a))}
	if s := canonicalSource(a); s != "" {
		p.source = digest(s)
	}
	return p
}

func canonicalSource(a article.Article) string { return strings.TrimSpace(a.Source) }

func fingerprint(a article.Article) string {
	return strings.Join(strings.Fields(a.Title+" "+a.Teaser+" "+a.Body), " ")
}
