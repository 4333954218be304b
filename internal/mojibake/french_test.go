package mojibake

import "testing"

func TestAEuphonicTGetsItsHyphens(t *testing.T) {
	for in, want := range map[string]string{
		"Y a t il un problème ?":  "Y a-t-il un problème ?",
		"Y a-t il un problème ?":  "Y a-t-il un problème ?",
		"qu il y a t il":          "qu’il y a-t-il",
		"viendra t elle demain":   "viendra-t-elle demain",
		"pense-t on encore":       "pense-t-on encore",
		"convainc t ils les gens": "convainc-t-ils les gens",
		"vas t en, il t a vu":     "vas t’en, il t’a vu",
	} {
		opt := Options{Language: "fr", AcceptProposals: true}
		got := Fix(in, opt)
		if got.Text != want {
			t.Errorf("%q became %q, want %q", in, got.Text, want)
		}
		if again := Fix(got.Text, opt); again.Text != got.Text {
			t.Errorf("%q became %q at the second time", got.Text, again.Text)
		}
	}
	for _, text := range []string{"il est t il", "un t on", "y a-t-il", "`a t il`", "à 5 t ils sont", "2 t il"} {
		untouched(t, text, Options{Language: "fr", AcceptProposals: true})
	}
}

func TestEveryFrenchElisionIsProposed(t *testing.T) {
	for in, want := range map[string]string{
		"Le conseil s est réuni":            "Le conseil s’est réuni",
		"Ce n est pas vrai":                 "Ce n’est pas vrai",
		"Il dit : C est vrai, c est fait":   "Il dit : C’est vrai, c’est fait",
		"Le groupe n a rien dit":            "Le groupe n’a rien dit",
		"un plan d action et le type d eau": "un plan d’action et le type d’eau",
		"le nombre d élèves, l un d eux":    "le nombre d’élèves, l’un d’eux",
		"je crois qu il m a vu, j ai dit":   "je crois qu’il m’a vu, j’ai dit",
		"jusqu à ce que, lorsqu il, d un":   "jusqu’à ce que, lorsqu’il, d’un",
		"Aujourd hui, aujourd hui":          "Aujourd’hui, aujourd’hui",
		"quelqu un sur la presqu île":       "quelqu’un sur la presqu’île",
		"5 l d eau":                         "5 l d’eau",
		"a) l un":                           "a) l’un",
	} {
		if got := Fix(in, Options{Language: "fr", AcceptProposals: true}); got.Text != want {
			t.Errorf("%q became %q, want %q", in, got.Text, want)
		}
		if got := Fix(in, Options{Fallback: "fr"}); len(got.Proposals) == 0 {
			t.Errorf("%q: nothing proposed where the language is only the usual one", in)
		}
	}
	for _, text := range []string{
		"Soit n entier", "la vitamine C est utile", "le plan C est prêt", "Le groupe D est là", "la classe L est là", "le type S est là", "le niveau D est là",
		"vitamine d est", "aujourd un", "J. Ionesco", "3 m à 5 m", "quelqu on",
	} {
		untouched(t, text, Options{Language: "fr", AcceptProposals: true})
	}
}

func TestALostNoBreakSpaceLeavesNoneBeforeAStop(t *testing.T) {
	for _, tc := range []struct{ language, in, want string }{
		{"fr", "Vers lÃ . Puis dÃ©jÃ , voilÃ ! Et lÃ … (lÃ ) [lÃ ]", "Vers là. Puis déjà, voilà ! Et là… (là) [là]"},
		{"fr", "La dÃ©fense « lÃ » ? lÃ ; lÃ : lÃ ?", "La défense « là » ? là ; là : là ?"},
		{"it", "La cittÃ ! PerchÃ© cittÃ ?", "La città! Perché città?"},
		{"fr", "La dÃ©fense est lÃ pour lÃ  nous.", "La défense est là pour là nous."},
	} {
		if got := Fix(tc.in, Options{Language: tc.language}); got.Text != tc.want {
			t.Errorf("%q became %q, want %q", tc.in, got.Text, tc.want)
		}
	}
}
