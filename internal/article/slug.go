package article

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the longest slug, in bytes.
const maxSlug = 80

// reserved are names that the public pages, or those who put them behind a proxy, use themselves.
var reserved = []string{"admin", "api", "assets", "favicon", "feed", "healthz", "index", "metrics", "readyz", "robots", "rss", "sitemap", "static", "status", "well-known"}

// unfolded are letters that Unicode does not decompose.
var unfolded = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "ħ", "h", "ŧ", "t", "ŋ", "n", "ĸ", "k", "ə", "e")
})

// Slug proposes the last part of an article's page address: the title in ASCII, at
// most 80 bytes, cut at a word. A title in another script becomes "article-" and a
// fingerprint, for a wrong transliteration is worse than none.
func Slug(title, source string) string {
	var out strings.Builder
	lost := false // a letter of another script
	for _, r := range unfolded().Replace(strings.ToLower(norm.NFKD.String(title))) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			lost = lost || unicode.IsLetter(r)
			out.WriteByte('-')
		}
	}
	words := strings.FieldsFunc(out.String(), func(r rune) bool { return r == '-' })
	slug := strings.Join(words, "-")
	if slug == "" || lost && !strings.ContainsAny(slug, "abcdefghijklmnopqrstuvwxyz") {
		sum := sha256.Sum256([]byte(source + "\n" + title))
		return "article-" + hex.EncodeToString(sum[:4])
	}
	if len(slug) > maxSlug {
		if at := strings.LastIndexByte(slug[:maxSlug+1], '-'); at > 0 {
			slug = slug[:at]
		}
		slug = slug[:min(len(slug), maxSlug)]
	}
	if slices.Contains(reserved, slug) {
		slug += "-1"
	}
	return slug
}

// IsSlug tells whether s has the form of a slug: lower-case letters and digits in words
// joined by single hyphens. Pages, their files and the web servers before them know no other.
func IsSlug(s string) bool {
	last := byte('-') // none may stand first
	for i := range len(s) {
		c := s[i]
		if c == '-' && last == '-' {
			return false
		}
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
		last = c
	}
	return last != '-'
}

// checkSlug says why a slug cannot be a page's address.
func checkSlug(s string) error {
	switch {
	case !IsSlug(s) || len(s) > maxSlug:
		return fmt.Errorf("slug %s: want 1 to %d of a-z, 0-9 and single \"-\" between them, as %q", quote(s), maxSlug, Slug(s, ""))
	case slices.Contains(reserved, s):
		return fmt.Errorf("slug %q is reserved: write another one, as %q", s, s+"-1")
	}
	return nil
}
