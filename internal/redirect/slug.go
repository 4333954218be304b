package redirect

import "crieur/internal/article"

// maxSlug is longer than any slug that is made, in bytes: an article's own, at most 80, and
// the number that sets it apart.
const maxSlug = 128

// ValidSlug tells whether s can be the slug of a page. Nothing else ever reaches the source.
func ValidSlug(s string) bool { return len(s) <= maxSlug && article.IsSlug(s) }
