package redirect

// maxSlug is longer than any slug that is made, in bytes.
const maxSlug = 128

// ValidSlug tells whether s can be the slug of a page: lower-case letters and digits
// in words joined by single hyphens. Nothing else ever reaches the source.
func ValidSlug(s string) bool {
	if s == "" || len(s) > maxSlug || s[len(s)-1] == '-' {
		return false
	}
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
	return true
}
