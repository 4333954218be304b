package outbox

import (
	"crypto/sha256"

	"crieur/internal/article"
)

// fingerprints are how the same article is recognised: by its source, when it has
// one, and by its content.
type fingerprints struct{ source, content []byte }

func fingerprintsOf(a article.Article) fingerprints {
	p := fingerprints{content: digest(a.Fingerprint())}
	if s := a.CanonicalSource(); s != "" {
		p.source = digest(s)
	}
	return p
}

// digest is short enough for an index and long enough that no two texts share it.
func digest(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:16]
}
