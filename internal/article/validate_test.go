package article

import (
	"strings"
	"testing"
)

func valid() Article {
	return Article{Title: "Le budget", Slug: "le-budget", Teaser: "La ville vote.", Source: "https://e.org/", Format: "text"}
}

func TestValidateHoldsEveryRuleOfReading(t *testing.T) {
	if err := valid().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Article){
		"no teaser: ":                          func(a *Article) { a.Teaser = "" },
		"teaser is empty":                      func(a *Article) { a.Teaser = " \n" },
		"teaser has 25001 characters":          func(a *Article) { a.Teaser = repeat("é", 25001) },
		"teaser has control or invisible":      func(a *Article) { a.Teaser = "a\u202eb" },
		"teaser is not valid UTF-8":            func(a *Article) { a.Teaser = "\xff" },
		"title is empty":                       func(a *Article) { a.Title = "" },
		"title \"a\\nb\" has several lines":    func(a *Article) { a.Title = "a\nb" },
		"title has 301 characters":             func(a *Article) { a.Title = repeat("a", 301) },
		"no source: ":                          func(a *Article) { a.Source = "" },
		"source \"javascript:a\" is not http":  func(a *Article) { a.Source = "javascript:a" },
		"link \"ftp://e.org\" is not http":     func(a *Article) { a.Link = "ftp://e.org" },
		`image "ftp://example.org/a.png" is n`: func(a *Article) { a.Image = "ftp://example.org/a.png" },
		"slug \"\": want 1 to 80":              func(a *Article) { a.Slug = "" },
		"slug \"A\": want 1 to 80":             func(a *Article) { a.Slug = "A" },
		"slug \"---\": want 1 to 80":           func(a *Article) { a.Slug = "---" },
		"slug \"robots.txt\": want 1 to 80":    func(a *Article) { a.Slug = "robots.txt" },
		"slug \"feed\" is reserved":            func(a *Article) { a.Slug = "feed" },
		"tag \"a b\" has the character ' '":    func(a *Article) { a.Tags = []string{"a b"} },
		"tags: 51 of them, 50 at most":         func(a *Article) { a.Tags = strings.Fields(repeat("a ", 51)) },
		"account \"\" is no account name":      func(a *Article) { a.Accounts = []string{""} },
		"account \"a\" is there twice":         func(a *Article) { a.Accounts = []string{"a", "a"} },
		"language \"french\" is no language":   func(a *Article) { a.Language = "french" },
		"format \"\": want":                    func(a *Article) { a.Format = "" },
		"at \"demain\" is no moment":           func(a *Article) { a.At = "demain" },
		"expires \"2 days\": write":            func(a *Article) { a.Expires = "2 days" },
		"image_alt has 1501 characters":        func(a *Article) { a.ImageAlt = repeat("a", 1501) },
		"content_warning has 501 characters":   func(a *Article) { a.ContentWarning = repeat("a", 501) },
		"body has control or invisible":        func(a *Article) { a.Body = "a\x07" },
		"body is larger than 4 MiB":            func(a *Article) { a.Body = repeat("a", 4<<20+1) },
		"section has control or invisible":     func(a *Article) { a.Sections = []Section{{Paragraphs: []string{"\x00"}}} },
		"sections are larger than the body":    func(a *Article) { a.Sections = []Section{{Heading: repeat("a", 8<<20+1)}} },
	} {
		a := valid()
		change(&a)
		err := a.Validate()
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s…", err, want)
		}
	}
}

func TestValidateNamesAllMistakesAtOnce(t *testing.T) {
	a := valid()
	a.Source, a.At, a.Format = "", "demain", "html"
	if err := a.Validate(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v", err)
	}
}

func TestMomentsAreStrict(t *testing.T) {
	for _, s := range []string{
		"2026-11-24T18:30:00Z", "2026-11-24T18:30:00.5+01:00", "2026-11-24T18:30:00-11:30", "2026-11-24T18:30", "2026-11-24T18:30:01",
		"2026-11-24 18:30", "2026-11-24 18:30:01", "2028-02-29T00:00",
	} {
		if err := checkAt(s); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{
		"2026-11-24", "18:30", "2026-11-24T8:30", "2026-11-24T18:30Z", "2026-11-24T18:30:00,5Z", "2026-02-30T10:00", "2026-02-29T10:00", "2026-11-24T24:00", "2026-11-24T18:60",
		"2026-11-24t18:30:00z", "2026-11-24T18:30:00+25:00", "2026-11-24T18:30:00+0100", "24/11/2026 18:30", "tomorrow", "1795545000", "2026-11-24T18:30 ", "2026-11-24  18:30", "26-11-24T18:30",
	} {
		if err := checkAt(s); err == nil {
			t.Errorf("at %q was accepted", s)
		}
	}
	for _, s := range []string{"48h", "1h30m", "2026-11-24T18:30:00Z"} {
		if err := checkExpires(s); err != nil {
			t.Error(err)
		}
	}
	for _, s := range []string{"0s", "0", "-1h", "2d", "48", "2026-11-24T18:30", "2026-11-24", "soon"} {
		if err := checkExpires(s); err == nil {
			t.Errorf("expires %q was accepted", s)
		}
	}
}
