package article

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestSampleIsReadAsItsReadersShouldSeeIt(t *testing.T) {
	res := read(t, "openai-contrat-defense.txt", string(Sample()), Options{})
	golden := filepath.Join("testdata", "openai-contrat-defense.golden.json")
	got, err := json.MarshalIndent(res.Article, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	same(t, string(want), string(got))
}

func TestSampleIsTakenApart(t *testing.T) {
	a := read(t, "-", string(Sample()), Options{}).Article
	same(t, "OpenAI signe un contrat de 200M$ avec la Défense US", a.Title)
	same(t, "openai-signe-un-contrat-de-200m-avec-la-defense-us", a.Slug)
	same(t, []string{"IA", "OpenSource", "Géopolitique"}, a.Tags)
	same(t, "https://www.reddit.com/r/LocalLLaMA/comments/1ldfry1/openai_wins_200_million_us_defense_contract/", a.Source)
	same(t, "fr", a.Language)
	var headings []string
	for _, s := range a.Sections {
		headings = append(headings, s.Heading)
	}
	same(t, []string{"Récapitulatif factuel", "Point de vue neutre", "Exemple", "Point de vue optimiste", "Point de vue pessimiste"}, headings)
	all := a.Teaser + a.Body
	for _, damage := range []string{"Ă", "Ú", "Ɠ", "Â", "Å", "\u0085", "que\n", "vocale\n", "Redirection en cours", "cliquez ici"} {
		if contains(all, damage) {
			t.Errorf("%q is still there", damage)
		}
	}
	for _, text := range []string{"clientèle", "d’œil", "parce que… eh bien", "vocale… tout", "prônait", "peut-être", "200 000 $", "à la caserne"} {
		if !contains(all, text) {
			t.Errorf("%q is missing", text)
		}
	}
	if strings.HasSuffix(a.Teaser, "Géopolitique") || !strings.HasSuffix(a.Teaser, "entre géants?") {
		t.Errorf("teaser %q", a.Teaser)
	}
}

func TestSampleKeepsProbableDamageUntilItIsAccepted(t *testing.T) {
	if a := read(t, "-", string(Sample()), Options{}).Article; !contains(a.Teaser, "🇹🇳") {
		t.Errorf("teaser %q lost what is only probably wrong", a.Teaser)
	}
	if a := read(t, "-", string(Sample()), Options{AcceptProposals: true}).Article; !contains(a.Teaser, "Qwen 🇨🇳 L’avenir de l’IA") {
		t.Errorf("teaser %q lacks the accepted proposals", a.Teaser)
	}
}

func TestAReadSampleReadAgainIsUntouched(t *testing.T) {
	a := read(t, "-", string(Sample()), Options{AcceptProposals: true}).Article
	text := a.Teaser + "\n\nSource: " + a.Source + "\n\n" + a.Body
	again := read(t, "-", text, Options{})
	same(t, a.Body, again.Article.Body)
	same(t, a.Teaser, again.Article.Teaser)
	if len(again.Repairs)+len(again.Proposals)+len(again.Warnings) != 0 {
		t.Errorf("right text was touched: %+v %+v %v", again.Repairs, again.Proposals, again.Warnings)
	}
}
