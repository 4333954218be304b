package control

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/dispatch"
	"crieur/internal/textlen"
)

const page = "https://news.example.org/slug"

// billing is an X account at X's prices of 2026-08.
func billing(link bool) dispatch.Account {
	return dispatch.Account{Name: "x", Platform: "x", Link: link, Cost: func(text string) float64 {
		if len(textlen.XURLs(text)) > 0 {
			return 0.2
		}
		return 0.015
	}}
}

func told(a dispatch.Account, text string) PreviewPost {
	p := PreviewPost{Text: text, CostUSD: a.Cost(text)}
	tellLinks(&p, a, page)
	return p
}

func TestThePriceHasItsReason(t *testing.T) {
	for _, row := range []struct {
		link       bool
		text, want string
	}{
		{true, "Bonjour " + page, "with a link (without: $0.015)"},
		{true, "README.md " + page, "with a link (without: $0.015)"},
		{false, "Bonjour", "without a link"},
		{false, "Bonjour https://fly.io/x", "with a link in the text (without: $0.015)"},
		{false, "Bonjour news.example.org", "with a link in the text (without: $0.015)"},
		{false, "README.md et https://fly.io/x", "with a link in the text (without: $0.015)"},
		{false, "README.md", "with an accidental link (without: $0.015)"},
	} {
		if got := told(billing(row.link), row.text).CostReason; got != row.want {
			t.Errorf("%q: %q, want %q", row.text, got, row.want)
		}
	}
	flat := billing(true)
	flat.Cost = func(string) float64 { return 0.01 }
	if got := told(flat, page).CostReason; got != "with a link" {
		t.Errorf("one price for all posts: %q", got)
	}
	free := billing(true)
	free.Cost = func(string) float64 { return 0 }
	if got := told(free, page).CostReason; got != "" {
		t.Errorf("nothing is billed: %q", got)
	}
}

func TestAnAccidentalLinkIsWarnedOfWithItsPriceAndAWayOut(t *testing.T) {
	inTemplate := billing(false)
	inTemplate.Template = "main.rs {text}"
	free := billing(false)
	free.Cost = func(string) float64 { return 0 }
	for _, row := range []struct {
		account dispatch.Account
		text    string
		want    []string // of each warning, in order
	}{
		{billing(false), "Lire README.md", []string{`"README.md" becomes a link to the stranger's domain readme.md and makes the post cost $0.200 instead of $0.015: ` +
			"write \"README\u2060.md\" with an invisible word joiner, in the article as \"README&NoBreak;.md\""}},
		{billing(false), "README.md main.rs", []string{"and, with the other accidental links, makes the post cost $0.200 instead of $0.015: ", "domain main.rs and, with"}},
		{billing(true), "README.md " + page, []string{"domain readme.md (the post costs $0.200 with or without it): "}},
		{billing(false), "README.md https://fly.io", []string{"domain readme.md (the post costs $0.200 with or without it): "}},
		{free, "README.md", []string{"domain readme.md: write"}},
		{inTemplate, "main.rs texte", []string{`in the account's template as "main\u2060.rs"`}},
		{billing(true), "node.js https://fly.io " + page, nil},
	} {
		p := told(row.account, row.text)
		if len(p.Warnings) != len(row.want) || len(p.Links) != len(row.want) {
			t.Errorf("%q: %q and %+v, want %d", row.text, p.Warnings, p.Links, len(row.want))
			continue
		}
		for i, want := range row.want {
			if !strings.Contains(p.Warnings[i], want) {
				t.Errorf("%q: warning %q, want %q", row.text, p.Warnings[i], want)
			}
		}
	}
	want := []PreviewLink{{Text: "fly.io/docs", Domain: "fly.io", Proposal: "fly\u2060.io/docs"}}
	if diff := cmp.Diff(want, told(billing(true), "fly.io/docs "+page).Links); diff != "" {
		t.Error(diff)
	}
}

func TestMastodonMakesNoLinkOfAWord(t *testing.T) {
	s := newService(t)
	p, err := s.Preview(t.Context(), request(t, "Lire README.md avant de fermer le port. #Brest\n\nSource: https://example.org/port\n\nLe corps.\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, post := range p.Posts {
		if post.CostReason != "" || len(post.Links)+len(post.Warnings) > 0 || post.Links == nil || post.Warnings == nil {
			t.Errorf("%+v", post)
		}
	}
}
