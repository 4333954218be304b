package teaser

import (
	"slices"
	"testing"
)

// TestAHashtagOfSeveralWordsWithoutCapitalsIsToldApart: a proposal is made only where
// the article itself has these very words.
func TestAHashtagOfSeveralWordsWithoutCapitalsIsToldApart(t *testing.T) {
	const text = "L’intelligence artificielle à l’école.\nSécurité sociale: le budget. Les télécommunications, #bourdonnements. A long way."
	for tag, want := range map[string]struct {
		proposal string
		is       bool
	}{
		"#intelligenceartificielle": {"#IntelligenceArtificielle", true},
		"#Intelligenceartificielle": {"#IntelligenceArtificielle", true},
		"#INTELLIGENCEARTIFICIELLE": {"#IntelligenceArtificielle", true},
		"#IntelligenceArtificielle": {"", false},
		"#securitesociale":          {"#SecuriteSociale", true},
		"#sécuritésociale":          {"#SécuritéSociale", true},
		"#lebudget":                 {"#LeBudget", true},
		"#ecolesecurite":            {"", false}, // in the text, but across the end of a sentence; and short
		"#télécommunications":       {"", false}, // long, but a word of the article
		"#changementclimatique":     {"", true},
		"#changement_climatique":    {"", false},
		"#along":                    {"", false},
		"#geopolitique":             {"", false},
		"#bourdonnements":           {"", false},
		"#日本日本日本日本日本日本日本日本日本":        {"", false},
		"#COVID19COVID19COVID19":     {"", false},
		"#gesundheitsversorgung2026": {"", false},
	} {
		if proposal, is := RunTogether(tag, text); proposal != want.proposal || is != want.is {
			t.Errorf("%s: %q, %v; want %q, %v", tag, proposal, is, want.proposal, want.is)
		}
	}
}

func TestTheHashtagsOfAPostAreThoseThatThePlatformsSee(t *testing.T) {
	got := Hashtags("Un texte #Un, https://example.org/#non et #Deux\n#Trois")
	if want := []string{"#Un", "#Deux", "#Trois"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
