package mojibake

import "testing"

func TestClassicDamageIsUndone(t *testing.T) {
	for _, tc := range []struct{ language, in, want, rule string }{
		{"fr", "un cafÃ© noir", "un café noir", "UTF-8 read as Windows-1252"},
		{"fr", "lâ€™Ã©tÃ©", "l’été", "UTF-8 read as Windows-1252"},
		{"fr", "dÃƒÂ©fense", "défense", "UTF-8 read as Windows-1252, twice"},
		{"fr", "le cÅ“ur", "le cœur", "UTF-8 read as Windows-1252"},
		{"fr", "20Â\u00a0%", "20\u00a0%", "UTF-8 read as Windows-1252"},
		{"fr", "un caf√© noir", "un café noir", "UTF-8 read as Mac Roman"},
		{"en", "it‚Äôs", "it’s", "UTF-8 read as Mac Roman"},
		{"en", "itâ€™s", "it’s", "UTF-8 read as Windows-1252"},
		{"en", "Go ðŸŽ¯!", "Go 🎯!", "UTF-8 read as Windows-1252"},
		{"en", "5Â°C", "5°C", "UTF-8 read as Windows-1252"},
		{"fr", "modĂšles", "modèles", "UTF-8 read as ISO-8859-16"},
		{"fr", "DĂ©fense", "Défense", "UTF-8 read as ISO-8859-16"},
		{"", "DĂ©fense", "Défense", "UTF-8 read as ISO-8859-16"},
		{"fr", "Ãcole", "Ãcole", ""},
		{"fr", "Ã\u0089cole", "École", "UTF-8 read as ISO-8859-1"},
		{"fr", "lâ\u0080\u0099IA", "l’IA", "UTF-8 read as ISO-8859-1"},
		{"de", "StraÃŸe", "Straße", "UTF-8 read as Windows-1252"},
		{"pl", "Å‚Ã³dka", "łódka", "UTF-8 read as Windows-1252"},
		{"es", "el niÃ±o", "el niño", "UTF-8 read as Windows-1252"},
		{"pt", "coraÃ§Ã£o", "coração", "UTF-8 read as Windows-1252"},
		{"ru", "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет", "UTF-8 read as Windows-1252"},
		{"ja", "æ—¥æœ¬èªž", "日本語", "UTF-8 read as Windows-1252"},
	} {
		got := Fix(tc.in, Options{Language: tc.language})
		if got.Text != tc.want {
			t.Errorf("%s: %q became %q, want %q (%+v)", tc.language, tc.in, got.Text, tc.want, got.Proposals)
			continue
		}
		if tc.rule != "" && (len(got.Repairs) != 1 || got.Repairs[0].Rule != tc.rule) {
			t.Errorf("%s: %q repaired by %+v, want %q", tc.language, tc.in, got.Repairs, tc.rule)
		}
	}
}

func TestALostNoBreakSpaceIsRestoredWhereTheReadingIsProven(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"C’est dĂ©jĂ la Défense, et voilĂ.", "C’est déjà la Défense, et voilà."},
		{"La DĂ©fense est Ă la ville.", "La Défense est à la ville."},
		{"La DĂ©fense est Ă  la ville.", "La Défense est à la ville."},
		{"La dÃ©fense est Ã la ville, et dÃ©jÃ.", "La défense est à la ville, et déjà."},
	} {
		if got := Fix(tc.in, Options{Language: "fr"}); got.Text != tc.want {
			t.Errorf("%q became %q", tc.in, got.Text)
		}
	}
	const alone = "Et voilĂ pour la ville."
	got := Fix(alone, Options{Language: "fr"})
	if got.Text != alone || len(got.Proposals) != 1 || got.Proposals[0].After != "voilà" {
		t.Errorf("without proof: %q, %+v", got.Text, got.Proposals)
	}
}

func TestEqualReadingsArePropositions(t *testing.T) {
	// In Italian, ù (ISO-8859-2) and è (ISO-8859-16) are both letters.
	const in = "caffĂš"
	got := Fix(in, Options{Language: "it"})
	if got.Text != in || len(got.Proposals) != 1 {
		t.Fatalf("got %+v", got)
	}
	p := got.Proposals[0]
	accepted := Fix(in, Options{Language: "it", AcceptProposals: true})
	if accepted.Text != p.After || len(accepted.Proposals) > 0 || len(accepted.Repairs) != 1 {
		t.Errorf("proposed %+v, accepted %+v", p, accepted)
	}
}

func TestDoubtfulLineBreaksAreProposedOrLeft(t *testing.T) {
	const shown = "La DĂ©fense, à vue d’Ɠil, dit parce que\n Eh bien, voici."
	got := Fix(shown, Options{Language: "fr"})
	if len(got.Proposals) != 1 || got.Proposals[0].Before != "que\n Eh" || got.Proposals[0].After != "que… Eh" {
		t.Errorf("a capital after the break: %+v", got.Proposals)
	}
	got = Fix("La DĂ©fense dit parce que\n eh bien, voici.", Options{Language: "fr"})
	if len(got.Proposals) != 1 || got.Text != "La Défense dit parce que\n eh bien, voici." {
		t.Errorf("the rewriting not shown: %q %+v", got.Text, got.Proposals)
	}
	untouched(t, "La défense dit parce que\n eh bien, voici le texte.", Options{Language: "fr"})
}

func TestAnOpenParagraphSeparatorIsTheEllipsisThatItWas(t *testing.T) {
	got := Fix("La DĂ©fense dit parce que\u2029 eh bien, voici.", Options{Language: "fr"})
	if want := "La Défense dit parce que… eh bien, voici."; got.Text != want {
		t.Errorf("got %q", got.Text)
	}
}

func TestFlagsAreProposedOnlyWhereTheRewriteIsShown(t *testing.T) {
	got := Fix("Le dĂ©but, d’Ɠil, avec 🇹🇳 et 🇫🇷 dans le texte", Options{Language: "fr"})
	if len(got.Proposals) != 1 || got.Proposals[0].After != "avec 🇨🇳" {
		t.Errorf("got %+v", got.Proposals)
	}
	got = Fix("Le dĂ©but, avec 🇹🇳 dans le texte", Options{Language: "fr"})
	if len(got.Proposals) != 0 {
		t.Errorf("got %+v", got.Proposals)
	}
}

func TestProposalsTellTheLineOfTheInput(t *testing.T) {
	got := Fix("Le dĂ©but, d’Ɠil parce que\n eh bien\n\nd un côté, l IA", Options{Language: "fr"})
	var lines []int
	for _, p := range got.Proposals {
		lines = append(lines, p.Line)
	}
	if len(lines) != 2 || lines[0] != 4 || lines[1] != 4 {
		t.Errorf("lines %v of %+v", lines, got.Proposals)
	}
}
