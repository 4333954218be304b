package mojibake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// misread is what a program makes of UTF-8 that it takes for an eight-bit set.
func misread(text string, set charset) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteRune(codecs().runes[set][text[i]])
	}
	return b.String()
}

func damage(text string, c chain) string {
	text = misread(text, c.first)
	if c.twice {
		text = misread(text, c.second)
	}
	return text
}

func everyChain() []chain {
	var all []chain
	for first := range charsets {
		all = append(all, chain{first: first})
		for second := range charsets {
			all = append(all, chain{first, second, true})
		}
	}
	return all
}

func TestEveryDamageOfEveryLanguageIsUndone(t *testing.T) {
	for language, text := range corpus(t) {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			for _, c := range everyChain() {
				damaged := damage(text, c)
				got := Fix(damaged, Options{})
				if diff := cmp.Diff(text, got.Text); diff != "" {
					t.Errorf("%s (-want +got):\n%s", c, diff)
				}
				if c.twice {
					continue
				}
				if again := Fix(got.Text, Options{}); again.Text != got.Text {
					t.Errorf("%s: a second Fix made %+v", c, again.Repairs)
				}
			}
		})
	}
}

func TestDamageOfOneLineIsUndone(t *testing.T) {
	for language, text := range corpus(t) {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
				for first := range charsets {
					c := chain{first: first}
					if got := Fix(damage(line, c), Options{Language: language}); got.Text != line {
						t.Errorf("%s (-want +got):\n%s", c, cmp.Diff(line, got.Text))
					}
				}
			}
		})
	}
}

// Texts made of random lines of one language, each line damaged or not.
func TestRandomDamageIsUndone(t *testing.T) {
	texts := corpus(t)
	var languages []string
	for language := range texts {
		languages = append(languages, language)
	}
	rapid.Check(t, func(t *rapid.T) {
		language := rapid.SampledFrom(languages).Draw(t, "language")
		lines := strings.Split(strings.TrimSpace(texts[language]), "\n")
		c := rapid.SampledFrom(everyChain()).Draw(t, "chain")
		var want, damaged []string
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			line := rapid.SampledFrom(lines).Draw(t, "line")
			want = append(want, line)
			if rapid.Bool().Draw(t, "damaged") {
				line = damage(line, c)
			}
			damaged = append(damaged, line)
		}
		got := Fix(strings.Join(damaged, "\n\n"), Options{Language: language})
		if diff := cmp.Diff(strings.Join(want, "\n\n"), got.Text); diff != "" {
			t.Fatalf("%s, %s (-want +got):\n%s", language, c, diff)
		}
	})
}

func TestRewritesAreUndoneWhereTheDocumentShowsThem(t *testing.T) {
	// The reading is proven by DĂ©fense, the rewriting by the words themselves.
	for _, tc := range []struct{ in, want string }{
		{"La DĂ©fense a dit à la clientÚle que c’est complÚtement faux.", "La Défense a dit à la clientèle que c’est complètement faux."},
		{"Le dĂ©but, à vue d’Ɠil, est dans la vue de tous.", "Le début, à vue d’œil, est dans la vue de tous."},
	} {
		if got := Fix(tc.in, Options{Language: "fr"}); got.Text != tc.want {
			t.Errorf("%q became %q", tc.in, got.Text)
		}
	}
}

func TestARewriteAloneIsCertainOnlyInsideAWord(t *testing.T) {
	got := Fix("Une partie de votre clientÚle est dans la ville.", Options{Language: "fr"})
	if want := "Une partie de votre clientèle est dans la ville."; got.Text != want {
		t.Errorf("got %q", got.Text)
	}
	untouched(t, "Il est dans la ville de Úbeda, avec Ángel et les Núñez.", Options{Language: "fr"})
}
