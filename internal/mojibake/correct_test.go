package mojibake

import (
	"path/filepath"
	"strings"
	"testing"
)

// corpus is correct text in some thirty languages, with titles in capitals,
// quotation marks and foreign names, the places where a repair may go wrong.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/correct/*.txt")
	if err != nil || len(files) < 30 {
		t.Fatalf("testdata/correct has %d files (%v)", len(files), err)
	}
	texts := map[string]string{}
	for _, f := range files {
		texts[strings.TrimSuffix(filepath.Base(f), ".txt")] = mustRead(t, f)
	}
	return texts
}

func untouched(t *testing.T, text string, opt Options) {
	t.Helper()
	got := Fix(text, opt)
	if got.Text != text || len(got.Repairs)+len(got.Proposals) > 0 {
		t.Errorf("correct text (%+v) was touched: %+v %+v", opt, got.Repairs, got.Proposals)
	}
}

func TestCorrectTextStaysByteForByte(t *testing.T) {
	texts := corpus(t)
	for language, text := range texts {
		t.Run(language, func(t *testing.T) {
			untouched(t, text, Options{AcceptProposals: true})
			untouched(t, text, Options{Language: "x-unknown"})
			untouched(t, text, Options{Language: language})
			for _, line := range strings.Split(text, "\n") {
				untouched(t, line, Options{})
				untouched(t, line, Options{Language: language})
			}
		})
	}
}

// An article in French may quote any other language.
func TestCorrectTextSurvivesAWrongLanguage(t *testing.T) {
	texts := corpus(t)
	for language, text := range texts {
		for wrong := range texts {
			got := Fix(text, Options{Language: wrong})
			if got.Text != text {
				t.Errorf("%s taken for %s: %+v", language, wrong, got.Repairs)
			}
		}
	}
}

func TestNamesCodeAndSymbolsStay(t *testing.T) {
	for _, text := range []string{
		"Dvořák, Şahin, Erdoğan, Łódź, São Paulo, Ángel, Škoda et Plzeň sont des noms que le texte garde, avec Úbeda et İzmir.",
		"La rue Straße, le Übermensch, l’Århus d’Øystein : tout est là, et le prix est de 20 € à 5 °C.",
		"On a écrit √2, √π, 2√π, ¬π, ¬Ω et ∑∞ dans le texte, avec des maths pour les élèves ; x√π aussi.",
		"Les drapeaux 🇹🇳 et 🇨🇳, et les émojis 👩‍👩‍👧‍👦 ❤️ ☎️ 👍🏽 sont dans le texte de la page.",
		"Voici la lettre Â, la lettre Ã, le mot « Â » et le mot “Ã” qui sont dans le texte.",
		"Le code `DĂ©fense` et ``Ã©`` est dans le texte, mais pas pour les autres.",
		"```\nDĂ©fense Ã©\nparce que\n eh bien\n```\net le texte est là pour les autres.",
		"~~~~\nÃ©\n~~~\nÃ©\n~~~~\nC’est le texte, et il est là pour les autres.",
		"Voir https://exemple.fr/DĂ©fense?q=Ã© et www.exemple.fr/Ã© ou bien l’adresse jean@exemple.fr dans le texte.",
		"L’article est à la page 5 l. 3 ; 2 l environ, 3 m au plus, 4 s après, J. Ionesco, M. Albert, plan B et C et D, a) b).",
		"Soit n entier et la lettre l ou m : le l est une lettre, vitamine C et vitamine D aussi, dans les mots.",
		"O România fără «ÎN» și „MĂȘTI”, „FĂRĂ” și „CÂND” nu este o țară, dar în acest text sunt.",
	} {
		got := Fix(text, Options{})
		if got.Text != text {
			t.Errorf("%q: %+v", text, got.Repairs)
		}
		for _, p := range got.Proposals {
			if !strings.HasPrefix(p.Before, "n entier") { // a name that only a reader can tell from "n’"
				t.Errorf("%q: proposed %+v", text, p)
			}
		}
	}
}

func TestASCIIIsNeverChangedByRepairs(t *testing.T) {
	for _, text := range []string{"", " ", "\n", "plain text\n with an indent\n", "a\r\nb\x00c", "`", "```", "@", "://", "l'"} {
		if got := Fix(text, Options{Language: "fr"}); got.Text != text || len(got.Repairs) > 0 {
			t.Errorf("%q became %q", text, got.Text)
		}
	}
}
