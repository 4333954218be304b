package teaser

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crieur/internal/article"
	"crieur/internal/textlen"
)

const testPage = "https://news.example.org/slug"

func TestAWordIsAnAccidentWhereXLinksItUnasked(t *testing.T) {
	t.Parallel()
	for text, domains := range map[string][]string{
		"Lire README.md d'abord":              {"readme.md"},
		"main.rs, ASP.NET, a.sh":              {"main.rs", "asp.net", "a.sh"},
		"fly.io/docs?a=b et fly.io:80/x":      {"fly.io", "fly.io"},
		"(README.md) «main.rs»":               {"readme.md", "main.rs"},
		"README.md et encore README.md":       {"readme.md"},
		"www.sub.example.co.uk":               {"www.sub.example.co.uk"},
		"ELPAÍS.com":                          {"elpaís.com"},
		"a.com/x/(c.md)":                      {"a.com"},
		"3.5.md":                              {"3.5.md"},
		"example.com/https://other.example":   {"example.com"},
		"node.js main.go v1.2.3 3.14 i.e.":    nil,
		"user@example.com @u@mastodon.social": nil,
		"#go.dev $go.dev @go.dev":             nil,
		"https://fly.io http://README.md":     nil,
		"HTTPS://fly.io/":                     nil,
		testPage:                              nil,
		"news.example.org www.example.org":    nil, // the page's own site
		"no dot":                              nil,
		"":                                    nil,
	} {
		found, harmless := Accidents(text, testPage)
		var got []string
		for _, a := range found {
			got = append(got, a.Domain)
			if a.Proposal == "" || strings.ReplaceAll(a.Proposal, wordJoiner, "") != a.Text {
				t.Errorf("%q: %q does not read as %q", text, a.Proposal, a.Text)
			}
			if left := strays(a.Proposal, ""); left != nil {
				t.Errorf("%q: the proposal %q is linked all the same at %v", text, a.Proposal, left)
			}
		}
		if diff := cmp.Diff(domains, got); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
		if again, same := Accidents(harmless, testPage); again != nil || same != harmless {
			t.Errorf("%q: %q still has %v", text, harmless, again)
		}
	}
}

func TestEachDotOfADomainGetsAJoinerAndNoOther(t *testing.T) {
	t.Parallel()
	found, harmless := Accidents("v1.2 www.fly.io/a.b, fin.", testPage)
	want := []Accident{{Text: "www.fly.io/a.b", Domain: "www.fly.io", Proposal: "www\u2060.fly\u2060.io/a.b"}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if want := "v1.2 www\u2060.fly\u2060.io/a.b, fin."; harmless != want {
		t.Errorf("%q, want %q", harmless, want)
	}
}

// TestAProposalIsOneOnlyIfItWorks gives a joiner that X reads over, so that nothing is proposed.
func TestAProposalIsOneOnlyIfItWorks(t *testing.T) {
	t.Parallel()
	found, _ := accidents("Lire README.md", testPage, "a")
	if len(found) != 1 || found[0].Text != "README.md" || found[0].Proposal != "" {
		t.Errorf("%+v: READMEa.md is linked too", found)
	}
}

// TestAProposalOutlivesTheComposing takes it the way of a teaser: a spelling that
// cleaning removes would be a link again.
func TestAProposalOutlivesTheComposing(t *testing.T) {
	t.Parallel()
	found, _ := Accidents("README.md", testPage)
	read, err := article.Read("a.md", []byte("Lire "+found[0].Proposal+" ou main&NoBreak;.rs 🚀 #IA\n\nSource: https://example.com/x\n\nLe corps.\n"), article.Options{Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	post, err := Render(read.Article, Options{Limit: 280, Measure: textlen.X, Link: testPage})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := Accidents(post.Text, testPage); left != nil || !strings.Contains(post.Text, "README\u2060.md ou main\u2060.rs") {
		t.Errorf("%q has %v", post.Text, left)
	}
}

func TestAllProposalsTogetherLeaveOnlyWhatWasWished(t *testing.T) {
	wishes := []string{testPage, "https://fly.io/x", "https://README.md", "news.example.org"}
	words := append(slices.Clone(wishes), "README.md", "main.rs", "ASP.NET", "a.sh", "fly.io/docs", "node.js", "main.go", "v1.2.3",
		"user@example.com", "#go.dev", "@user@mastodon.social", "3.5.md", "été", "e\u0301te\u0301.fr", "日本", "🚀", "www.a.co.uk", "a.com/(b.md)", ".", "t.co/abc", "a.kids")
	gaps := []string{" ", "\n", ", ", "(", ") ", "", "/", "。", "«", "» ", "'"}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(0, 10).Draw(t, "n") {
			b.WriteString(rapid.SampledFrom(words).Draw(t, "word") + rapid.SampledFrom(gaps).Draw(t, "gap"))
		}
		text := b.String()
		found, harmless := Accidents(text, testPage)
		if strings.ReplaceAll(harmless, wordJoiner, "") != text {
			t.Fatalf("%q became %q", text, harmless)
		}
		for _, s := range textlen.XURLs(harmless) {
			link := harmless[s.Start:s.End]
			if schemeLen(link) == 0 && !strings.HasSuffix(domainOf(link), ".example.org") {
				t.Fatalf("%q: %q is linked in %q", text, link, harmless)
			}
		}
		for _, a := range found {
			if a.Proposal == "" || !strings.Contains(text, a.Text) || !strings.Contains(harmless, a.Proposal) {
				t.Fatalf("%q: %+v is not of this text", text, a)
			}
		}
		if len(found) == 0 && harmless != text {
			t.Fatalf("%q: nothing was found, and yet it became %q", text, harmless)
		}
	})
}

func TestWishesStandAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"README.md", testPage, "https://fly.io/x.y", "ASP.NET", "mot", "#go.dev"}), 0, 8).Draw(t, "words")
		_, harmless := Accidents(strings.Join(words, " "), testPage)
		var links, want []string
		for _, s := range textlen.XURLs(harmless) {
			links = append(links, harmless[s.Start:s.End])
		}
		for _, w := range words {
			if strings.HasPrefix(w, "https://") {
				want = append(want, w)
			}
		}
		if diff := cmp.Diff(want, links); diff != "" {
			t.Fatal(diff)
		}
	})
}
