package mojibake

import "testing"

func TestLostApostrophesAreProposed(t *testing.T) {
	for _, tc := range []struct{ language, in, want string }{
		{"fr", "l Amérique", "l’Amérique"},
		{"fr", "l IA et d OpenAI", "l’IA et d’OpenAI"},
		{"fr", "il faut qu il soit là", "il faut qu’il soit là"},
		{"fr", "c est là", "c’est là"},
		{"fr", "ce n est pas", "ce n’est pas"},
		{"fr", "le contrat s inscrit ici", "le contrat s’inscrit ici"},
		{"fr", "L avenir est là", "L’avenir est là"},
		{"fr", "Bref. C est tout", "Bref. C’est tout"},
		{"fr", "J ai dit", "J’ai dit"},
		{"fr", "il y a lorsqu elle vient", "il y a lorsqu’elle vient"},
		{"fr", "jusqu à demain", "jusqu’à demain"},
		{"fr", "il l a vu", "il l’a vu"},
		{"fr", "il n y a rien", "il n’y a rien"},
		{"fr", "l'un et l autre", "l'un et l'autre"},
		{"fr-CA", "l homme", "l’homme"},
		{"it", "l Italia e dell anno", "l’Italia e dell’anno"},
		{"it", "c è un uomo", "c’è un uomo"},
		{"ca", "l aigua d Olot", "l’aigua d’Olot"},
	} {
		got := Fix(tc.in, Options{Language: tc.language})
		if got.Text != tc.in || len(got.Proposals) == 0 {
			t.Errorf("%q: not just proposed: %+v", tc.in, got)
		}
		opt := Options{Language: tc.language, AcceptProposals: true}
		accepted := Fix(tc.in, opt)
		if accepted.Text != tc.want {
			t.Errorf("%q became %q, want %q", tc.in, accepted.Text, tc.want)
		}
		if again := Fix(accepted.Text, opt); again.Text != accepted.Text {
			t.Errorf("%q became %q at the second time", accepted.Text, again.Text)
		}
	}
}

func TestSingleLettersThatAreNamesOrUnitsStay(t *testing.T) {
	for _, text := range []string{
		"5 l environ", "10 m au plus", "3 s après", "2 t en tout",
		"J. Ionesco et M. Albert", "M Albert", "a) b)", "d) ici",
		"la lettre l est là", "le n est pair", "l ou m", "n et m",
		"plan D ou E", "les groupes C et D", "taille M ou L", "vitamine C en poudre", "les langages C et Ada",
		"x-l IA", "a b c d e f", "`l IA`", "- `l un`",
		"l'IA", "d’OpenAI", "l SNCF", "le yaourt, l yaourt",
	} {
		untouched(t, text, Options{Language: "fr", AcceptProposals: true})
	}
	untouched(t, "l Amerique d un autre", Options{Language: "en"})
}
