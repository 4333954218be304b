package redirect

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"crieur/internal/article"
)

func taken(slug string) bool {
	a := article.Article{Title: "T", Slug: slug, Teaser: "T", Source: "https://example.org/a", Format: "text"}
	return a.Validate() == nil
}

// TestWhateverSlugAnArticleMayHaveHasAPage, with the number too that the outbox sets a
// second one of the same name apart by.
func TestWhateverSlugAnArticleMayHaveHasAPage(t *testing.T) {
	longest := strings.Repeat("a", 80)
	slugs := []string{"brest--port-", "-brest", "brest-", "a---b", "a-1-b", "0", "-", "", longest, longest[1:] + "-", longest + "a", "été", "a_b", "a\n"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		s := make([]byte, r.IntN(90))
		for i := range s {
			s[i] = "abcdefghijklmnopqrstuvwxyz0123456789------------_A.\n"[r.IntN(49+r.IntN(4))]
		}
		slugs = append(slugs, string(s), article.Slug(string(s), ""))
		if proposed := article.Slug(string(s), ""); !taken(proposed) {
			t.Errorf("slug %q, proposed for %q, is refused", proposed, s)
		}
	}
	n := 0
	for _, slug := range slugs {
		if !taken(slug) {
			continue
		}
		n++
		for _, s := range []string{slug, slug + "-2", slug + "-" + strconv.FormatUint(math.MaxUint64, 10)} {
			if !ValidSlug(s) {
				t.Errorf("slug %q is taken, and the page %q is not served", slug, s)
			}
		}
	}
	if n <= len(slugs)/2 || n == len(slugs) {
		t.Errorf("%d of %d were taken: that proves nothing", n, len(slugs))
	}
}
