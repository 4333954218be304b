package article

import "testing"

// TestASlugHasTheFormOfAPagesAddress; what has another is refused with one that has it.
func TestASlugHasTheFormOfAPagesAddress(t *testing.T) {
	for slug, proposed := range map[string]string{
		"brest--port-":    "brest-port",
		"-brest":          "brest",
		"brest-":          "brest",
		"a---b":           "a-b",
		"Brest Port":      "brest-port",
		repeat("a", 81):   repeat("a", 80),
		repeat("ab-", 30): repeat("ab-", 26) + "ab",
	} {
		a := valid()
		a.Slug = slug
		err := a.Validate()
		if err == nil {
			t.Errorf("slug %q is taken", slug)
			continue
		}
		same(t, "slug "+quote(slug)+": want 1 to 80 of a-z, 0-9 and single \"-\" between them, as \""+proposed+`"`, err.Error())
	}
	for _, slug := range []string{"a", "0", "a-1-b", repeat("a", 80), repeat("a-", 39) + "bc"} {
		a := valid()
		a.Slug = slug
		if err := a.Validate(); err != nil {
			t.Error(err)
		}
	}
}
