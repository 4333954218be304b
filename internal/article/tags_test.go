package article

import "testing"

func TestOnlyTrailingHashtagsAreTaken(t *testing.T) {
	for in, want := range map[string]struct {
		text string
		tags []string
	}{
		"Bonjour #IA #OpenSource #Géopolitique": {"Bonjour", []string{"IA", "OpenSource", "Géopolitique"}},
		"Le #budget de la #ville est là":        {"Le #budget de la #ville est là", nil},
		"Le #budget est là #Ville":              {"Le #budget est là", []string{"Ville"}},
		"Bonjour #IA, #Open_Source.":            {"Bonjour", []string{"IA", "Open_Source"}},
		"Bonjour #IA#OpenSource":                {"Bonjour", []string{"IA", "OpenSource"}},
		"Bonjour\n\n#IA\n#Ville\n":              {"Bonjour", []string{"IA", "Ville"}},
		"Nous sommes #1":                        {"Nous sommes #1", nil},
		"Bonjour #2026 #An2026":                 {"Bonjour #2026", []string{"An2026"}},
		"Bonjour #Go-Lang":                      {"Bonjour #Go-Lang", nil},
		"Bonjour (#IA)":                         {"Bonjour (#IA)", nil},
		"Bonjour 🚀#GoLang":                      {"Bonjour 🚀#GoLang", nil},
		"Bonjour #":                             {"Bonjour #", nil},
		"Bonjour #हिन्दी ＃日本":                   {"Bonjour", []string{"हिन्दी", "日本"}},
		"#IA #Ville":                            {"", []string{"IA", "Ville"}},
		"":                                      {"", nil},
		"#":                                     {"#", nil},
	} {
		text, tags := takeTags(in)
		same(t, want.text, text)
		same(t, want.tags, tags)
	}
}

func TestTagsAreDistinctWhateverTheirCase(t *testing.T) {
	same(t, []string{"IA", "Été", "Ville"}, distinct([]string{"IA", "ia", "E\u0301te\u0301", "ÉTÉ", "Ville", "VILLE"}))
	a := read(t, "-", `{"teaser": "a #ia #Ville", "tags": ["#IA"], "source": "https://e.org/"}`, Options{}).Article
	same(t, []string{"IA", "Ville"}, a.Tags)
}

func TestALineOfHashtagsBelowTheTeaserCounts(t *testing.T) {
	for _, text := range []string{
		"Bonjour !\n#IA #Ville\n\nSource: https://e.org/\n\nSuite #fin.",
		"Bonjour !\n\n#IA #Ville\n\nSource: https://e.org/\n\nSuite #fin.",
		"Bonjour !\n\nSource: https://e.org/\n\n#IA #Ville\n\nSuite #fin.",
		"Bonjour ! #IA\n\n#Ville\nSource: https://e.org/\n\nSuite #fin.",
	} {
		a := read(t, "-", text, Options{}).Article
		same(t, []string{"IA", "Ville"}, a.Tags)
		same(t, [2]string{"Bonjour !", "Suite #fin."}, [2]string{a.Teaser, a.Body})
	}
}

func TestTagsMayBeAListOrOneText(t *testing.T) {
	want := []string{"IA", "Ville"}
	for _, tags := range []string{"[IA, Ville]", "['#IA', '#Ville']", "IA, Ville", "'#IA #Ville'", "'#IA, #Ville,'", "\n- IA\n- '#ia'\n- Ville", "|\n  IA\n  Ville"} {
		a := read(t, "-", "---\nteaser: a\nsource: https://e.org/\ntags: "+tags+"\n---\n", Options{}).Article
		same(t, want, a.Tags)
	}
}

func TestTagsThatNoPlatformLinksAreRefusedWithABetterOne(t *testing.T) {
	for tag, want := range map[string]string{
		"l'IA":           `tag "l'IA" has the character '\'', which ends a hashtag: write it as "LIA"`,
		"États - Unis":   `tag "États - Unis" has the character ' ', which ends a hashtag: write it as "ÉtatsUnis"`,
		"🎯":              `tag "🎯" has no letter: leave it out`,
		"12":             `tag "12" is digits alone, which is no hashtag: add a letter or leave it out`,
		"":               `tag "" is empty: leave it out`,
		repeat("a", 101): `tag "` + repeat("a", 80) + `…" has more than 100 characters: shorten it`,
	} {
		err := checkTag(tag)
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, tag := range []string{"IA", "_", "Go1", "1er", "日本", "हिन्दी", "e\u0301"} {
		if err := checkTag(tag); err != nil {
			t.Error(err)
		}
	}
}
