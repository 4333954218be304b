package mojibake

import (
	"strings"
	"testing"
)

func TestLanguageKnowsEveryTextOfTheCorpus(t *testing.T) {
	for want, text := range corpus(t) {
		if got := Language(text); got != want {
			t.Errorf("%s taken for %q", want, got)
		}
		for _, line := range strings.Split(text, "\n")[1:] {
			if got := Language(line); len([]rune(line)) > 120 && got != want {
				t.Errorf("%s taken for %q: %s", want, got, line)
			}
		}
	}
}

func TestLanguageKnowsDamagedText(t *testing.T) {
	if got := Language(mustRead(t, samplePath)); got != "fr" {
		t.Errorf("the sample is taken for %q", got)
	}
	for _, want := range []string{"fr", "de", "es", "it", "pt", "nl", "sv", "da", "fi", "hu", "pl", "ro", "tr"} {
		for first := range charsets {
			c := chain{first: first}
			if got := Language(damage(corpus(t)[want], c)); got != want {
				t.Errorf("%s, %s, is taken for %q", want, c, got)
			}
		}
	}
}

func TestLanguageIsUnsureOfTooLittle(t *testing.T) {
	for _, text := range []string{"", "Bonjour", "OpenAI GPT-5", "#IA #OpenSource", "12 345", "le la", "🎯🎯🎯", "`le la les des une est dans pour`", "да"} {
		if got := Language(text); got != "" {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func TestUnknownLanguagesAreWrittenWithEverything(t *testing.T) {
	unknown, serbian := alphabetOf("tlh"), alphabetOf("sr-Latn")
	for _, r := range "éłșğßжλ" {
		if !unknown.main.has(r) {
			t.Errorf("%q is in no alphabet", r)
		}
	}
	if !serbian.main.has('č') || serbian.main.has('ж') || !alphabetOf("sr").main.has('ж') {
		t.Error("sr-Latn and sr are confused")
	}
	if alphabetOf("fr_CA").main.has('ñ') || !alphabetOf("FR").main.has('É') {
		t.Error("fr_CA or FR is not taken for French")
	}
}
