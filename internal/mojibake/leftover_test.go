package mojibake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDamageThatCannotBeUndoneIsNamed(t *testing.T) {
	for _, tc := range []struct {
		language, text string
		want           []Leftover
	}{
		{"pl", "Tramwaj w Åodzi jest nowy", []Leftover{{"Åodzi", 1}}},
		{"es", "Un Ãrbol y la ciudad", []Leftover{{"Ãrbol", 1}}},
		{"fr", "Une\n(clientÃle) fidèle", []Leftover{{"clientÃle", 2}}},
		{"es", "“oficialâ€x.", []Leftover{{"oficialâ€x", 1}}},
		{"fr", "D?fense am?ricaine", []Leftover{{"D?fense", 1}, {"am?ricaine", 1}}},
		{"fr", "Un caf? au lait", []Leftover{{"caf?", 1}}},
		{"en", "A caf? and a na?ve man", []Leftover{{"caf?", 1}, {"na?ve", 1}}},
		{"fr", `l\u00e9t\u00e9`, []Leftover{{`l\u00e9t\u00e9`, 1}}},
		{"fr", `un =C3=A9t=C3=A9`, []Leftover{{"=C3=A9t=C3=A9", 1}}},
	} {
		if diff := cmp.Diff(tc.want, Leftovers(tc.text, tc.language, true)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.text, diff)
		}
	}
}

func TestCorrectTextHasNoLeftovers(t *testing.T) {
	for language, text := range corpus(t) {
		for _, line := range append(strings.Split(text, "\n"), text) {
			for _, l := range []string{"", language} {
				if got := Leftovers(line, l, true); len(got) > 0 {
					t.Errorf("%s as %q: %+v", language, l, got)
				}
			}
		}
	}
	for _, text := range []string{
		"Qui gagne? La ville ? Oui, ici.", "Voir https://exemple.fr/a?b=c&d=e et exemple.fr/a?b=c ou jean@exemple.fr?subject=a",
		"Le code `a?b` et `\\u00e9` ici", "Şahin, Åsa, Ångström, Örebro, Úbeda, Łódź et São Paulo, SÃO PAULO", "la lettre Â, le mot « Â » et le mot “Ã”",
		"x=C3 et a=F2b=42", "prix?", "Le l’Århus d’Øystein est là.", "exemple.fr?q=D?fense",
	} {
		if got := Leftovers(text, "fr", true); len(got) > 0 {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestEscapesAndLostBytesAreProposedWhereTheLanguageHasTheLetter(t *testing.T) {
	for _, tc := range []struct{ language, in, want string }{
		{"fr", `l'\u00e9t\u00e9`, "l'été"},
		{"fr", `un =C3=A9t=C3=A9`, "un été"},
		{"fr", `Go \ud83c\udfaf !`, "Go 🎯 !"},
		{"es", "â€œoficialâ€.", "“oficial”."},
		{"pl", "ZwiÄ…zek w Åodzi", "Związek w Łodzi"},
	} {
		got := Fix(tc.in, Options{Language: tc.language})
		if len(got.Proposals) == 0 {
			t.Errorf("%q: nothing proposed", tc.in)
		}
		opt := Options{Language: tc.language, AcceptProposals: true}
		accepted := Fix(tc.in, opt)
		if accepted.Text != tc.want {
			t.Errorf("%q became %q", tc.in, accepted.Text)
		}
		if again := Fix(accepted.Text, opt); again.Text != accepted.Text {
			t.Errorf("%q became %q at the second time", accepted.Text, again.Text)
		}
	}
	for _, text := range []string{
		`C:\users\ufeed`, `\u4e2d`, `\ud83d alone`, "=FF=FE", "`\\u00e9`", "exemple.fr/?q=C3=A9", "https://e.org/=C3=A9", `\u0007`, `\u000a`,
		"Tramwaj w Åodzi", "Les Åland", "un Ãrbol", "il dit â€œbonjour",
	} {
		if got := Fix(text, Options{Language: "fr"}); len(got.Proposals) > 0 {
			t.Errorf("%q: proposed %+v", text, got.Proposals)
		}
	}
}
