package redirect

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// only serves one page under its slug.
func only(p Page) http.Handler {
	return Handler(Source{
		Version: func() (Version, error) { return Version{}, nil },
		Page:    func(slug string) (Page, bool, error) { return p, slug == p.Slug, nil },
		Feed: func(int) (Feed, error) {
			return Feed{Title: p.SiteTitle, URL: "https://crieur.example.org", Pages: []Page{p}}, nil
		},
	})
}

func ask(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func mustRender(t *testing.T, p Page) string {
	t.Helper()
	body, err := renderPage(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func frenchPage() Page {
	return Page{
		Article: article.Article{
			Title:    "OpenAI signe un contrat de 200M$ avec la Défense US",
			Teaser:   "OpenAI signe un contrat de 200M$ avec la Défense US 🎯 Ironiquement, pendant que l’Amérique ferme ses modèles IA, la Chine domine l’open-source avec DeepSeek et Qwen 🇨🇳 L’avenir de l’IA se joue-t-il entre géants?",
			Tags:     []string{"IA", "OpenSource", "Géopolitique"},
			Source:   "https://www.reddit.com/r/LocalLLaMA/comments/1ldfry1/openai_wins_200_million_us_defense_contract/",
			Language: "fr", Format: "text",
			Sections: []article.Section{
				{Heading: "Récapitulatif factuel", Paragraphs: []string{
					"OpenAI a décroché un contrat de 200 millions de dollars avec le département de la Défense américain, une nouvelle qui a fait réagir vivement la communauté Reddit LocalLLaMA.",
					"Pour mettre les choses en perspective, 200 millions représentent environ 2% des revenus annuels récurrents d’OpenAI (voir https://openai.com/fr/)."}},
				{Heading: "Exemple", Paragraphs: []string{
					"Imaginez que vous possédez la meilleure boulangerie du quartier. Vous disiez\u00a0: “Mon pain appartient à l’humanité entière\u00a0!”",
					"- ouverte\n- gratuite\n- <b>pour tous</b>"}},
			},
		},
		Slug: "openai-signe-un-contrat", URL: "https://crieur.example.org/openai-signe-un-contrat", SiteTitle: "Le crieur",
		PublishedAt: time.Date(2026, 7, 1, 9, 30, 0, 0, time.FixedZone("CEST", 7200)),
		Posts: []Post{
			{Platform: "x", Account: "x-main", ID: "1445880548472328192", URL: "https://x.com/crieur/status/1445880548472328192", PostedAt: time.Date(2026, 7, 1, 7, 30, 2, 0, time.UTC), SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
			{Platform: "mastodon", Account: "fedi", ID: "01J1", URL: "https://mastodon.social/@crieur/1134", PostedAt: time.Date(2026, 7, 1, 7, 30, 3, 0, time.UTC)},
		},
		Forward: "https://www.reddit.com/r/LocalLLaMA/comments/1ldfry1/openai_wins_200_million_us_defense_contract/",
		Delay:   5 * time.Second,
		Creator: "@crieur@mastodon.social",
	}
}

func englishPage() Page {
	return Page{
		Article: article.Article{
			Title: "A town crier for the fediverse", Teaser: "Late beats double.\nHere is why: https://example.org/why.",
			Tags: []string{"GoLang"}, Source: "https://example.org/a?b=1&c=\"2\"", Link: "https://blog.example.org/crier", Language: "en-GB", Format: "markdown",
			Image: "https://img.example.org/crier.jpg?w=1200&h=630", ImageAlt: "A crier with a \"bell\"",
			Body: "Intro with **strong** words, `code` and a [link](https://example.org/x \"title\").\n\n" +
				"# A heading\n\n- one\n- two\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n> quoted\n\n```go\nfmt.Println(\"<hi>\")\n```\n\n" +
				"![a chart](https://img.example.org/c.png) and https://example.org/auto.\n\nSetext\n======\n\n###### deep\n",
		},
		Slug: "town-crier", URL: "https://crieur.example.org/town-crier",
		PublishedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		Posts: []Post{
			{Platform: "mastodon", Account: "one", ID: "1", URL: "https://a.example/@c/1"},
			{Platform: "mastodon", Account: "two", ID: "2", URL: "https://b.example/@c/2"},
		},
	}
}
