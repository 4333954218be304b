package article

import (
	"strings"
	"testing"
)

func repeat(s string, n int) string { return strings.Repeat(s, n) }

func TestJSONIsTakenApart(t *testing.T) {
	res := read(t, "a.json", `{
  "teaser": "La ville vote le budget \ud83d\uddf3\ufe0f #Ville",
  "title": "Le budget", "source": "https://example.com/a", "link": null, "language": "fr",
  "tags": ["Budget", "#Économie", ""], "accounts": "x, mastodon",
  "at": "2026-11-24T18:30:00+01:00", "expires": "2026-11-26T18:30:00Z",
  "body": "Les faits\n\nUn &amp; deux.\n\nRedirection en cours…\n"
}
`, Options{})
	res.Repairs = nil
	same(t, Result{Article: Article{
		Title: "Le budget", Slug: "le-budget", Teaser: "La ville vote le budget 🗳️", Tags: []string{"Budget", "Économie", "Ville"},
		Source: "https://example.com/a", Language: "fr", Format: "text", Accounts: []string{"x", "mastodon"},
		At: "2026-11-24T18:30:00+01:00", Expires: "2026-11-26T18:30:00Z", Body: "Les faits\n\nUn & deux.",
		Sections: []Section{{Heading: "Les faits", Paragraphs: []string{"Un & deux."}}},
	}}, res)
}

func TestJSONMayHoldAMarkdownBody(t *testing.T) {
	a := read(t, "-", `{"format": "markdown", "source": "https://e.org/", "body": "# T\n\nUn *deux*.\n\n## S\n\nTrois &amp;"}`, Options{}).Article
	same(t, Article{
		Title: "T", Slug: "t", Teaser: "Un deux.", Source: "https://e.org/", Format: "markdown", Language: a.Language,
		Body: "## S\n\nTrois &amp;", Sections: []Section{{Heading: "S", Paragraphs: []string{"Trois &amp;"}}},
	}, a)
}
