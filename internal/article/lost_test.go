package article

import (
	"errors"
	"testing"
)

func TestALostLetterInWhatIsPostedIsAnErrorWithItsLine(t *testing.T) {
	const way = ": a letter was lost before crieur saw the file: write it anew"
	for name, c := range map[string]struct{ file, data, want string }{
		"text":        {"f.txt", "\n\nBonjour\nun caf\uFFFD noir ici.\n\nSource: https://e.org/\n", `f.txt:4: teaser has U+FFFD in "un caf` + "\uFFFD" + ` noir"` + way},
		"misread":     {"f.txt", "Bonjour\nun caf\u00ef\u00bf\u00bd noir ici.\n\nSource: https://e.org/\n", `f.txt:2: teaser has U+FFFD in "un caf` + "\uFFFD" + ` noir"` + way},
		"title":       {"f.md", "---\nteaser: Un\nsource: https://e.org/\ntitle: Le caf\uFFFD\n---\n", `f.md:4: title has U+FFFD in "Le caf` + "\uFFFD" + `"` + way},
		"tags":        {"f.md", "---\nteaser: Un\nsource: https://e.org/\ntags:\n  - Ville\n  - Caf\uFFFD\n---\n", `f.md:6: tags has U+FFFD in "Caf` + "\uFFFD" + `"` + way},
		"warning":     {"f.md", "---\nteaser: Un\nsource: https://e.org/\ncontent_warning: Caf\uFFFD\n---\n", `f.md:4: content_warning has U+FFFD in "Caf` + "\uFFFD" + `"` + way},
		"alt":         {"f.md", "---\nteaser: Un\nsource: https://e.org/\nimage_alt: Caf\uFFFD\n---\n", `f.md:4: image_alt has U+FFFD in "Caf` + "\uFFFD" + `"` + way},
		"json":        {"f.json", "{\"source\": \"https://e.org/\",\n\"teaser\": \"Bonjour \\ufffd ici\"}", `f.json:2: teaser has U+FFFD in "Bonjour ` + "\uFFFD" + ` ici"` + way},
		"high half":   {"f.json", "{\"source\": \"https://e.org/\",\n\"teaser\": \"Bonjour \\ud83d ici\"}", `f.json:2: \ud83d is half a character` + way},
		"low half":    {"f.json", "{\"source\": \"https://e.org/\", \"teaser\": \"\\\\ud800 \\ud83c\\udfaf\",\n\"body\": \"Bonjour \\uDC00\"}", `f.json:2: \uDC00 is half a character` + way},
		"wrong order": {"f.json", `{"teaser": "\udfaf\ud83c", "source": "https://e.org/"}`, `f.json:1: \udfaf is half a character` + way},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(c.file, []byte(c.data), Options{})
			var e *Error
			if !errors.As(err, &e) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	a := valid()
	a.Teaser = "Un caf\uFFFD"
	if err := a.Validate(); err == nil {
		t.Error("Validate takes a teaser with a lost letter")
	}
	if a := read(t, "-", `{"teaser": "C:\\ud800 \ud83c\udfaf", "source": "https://e.org/"}`, Options{}).Article; a.Teaser != `C:\ud800 🎯` {
		t.Errorf("teaser %q", a.Teaser)
	}
}

func TestALostLetterInTheBodyIsAWarningWithLineAndWords(t *testing.T) {
	res := read(t, "f.txt", "Bonjour !\n\nSource: https://e.org/\n\nDeux.\nIl boit un caf\uFFFD noir ici.\n\nSuite \uFFFD\uFFFD fin.\n", Options{})
	same(t, []string{
		`line 6: body has U+FFFD in "un caf` + "\uFFFD" + ` noir": ` + lostLetter,
		`line 8: body has U+FFFD in "Suite ` + "\uFFFD\uFFFD" + ` fin.": ` + lostLetter,
	}, res.Warnings)
}

func TestDamageThatNothingRepairsIsAWarningWithItsLine(t *testing.T) {
	res := read(t, "f.txt", "Tramwaj w Åodzi jest nowy, ale nie dla mnie, bo to już było.\n\nSource: https://e.org/\n\nD?fense am?ricaine.\n\n\\u4e2d\n", Options{Language: "pl"})
	same(t, []string{
		`line 1: teaser looks damaged and could not be repaired: "Åodzi"`,
		`line 5: body looks damaged and could not be repaired: "D?fense"`,
		`line 5: body looks damaged and could not be repaired: "am?ricaine"`,
		`line 7: body looks damaged and could not be repaired: "\\u4e2d"`,
	}, res.Warnings)
	res = read(t, "f.txt", "La ville a dit \u00ab l\\u00e9t\\u00e9 \u00bb.\n\nSource: https://e.org/\n", Options{Language: "fr"})
	if len(res.Warnings) > 0 || len(res.Proposals) != 1 || res.Proposals[0].After != "lété" {
		t.Errorf("a proposal, and no warning besides: %+v %v", res.Proposals, res.Warnings)
	}
}

func TestWholeTerminalSequencesAreRemoved(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[31mlundi\x07 soir":                          "lundi soir",
		"\x1b[1;38;5;196mlundi\x1b[0m soir":               "lundi soir",
		"\x1b]0;titre\x07lundi":                           "lundi",
		"\x1b]8;;https://e.org/\x1b\\lundi\x1b]8;;\x1b\\": "lundi",
		"\x1b(Blundi\x1bM":                                "lundi",
	} {
		res := read(t, "f.txt", "Un\nBonjour "+in+".\n\nSource: https://e.org/\n\n"+repeat("Suite. ", 60), Options{})
		same(t, "Un Bonjour "+want+".", res.Article.Teaser)
		if len(res.Warnings) == 0 || res.Warnings[0] != "line 2: body: "+removedSequences {
			t.Errorf("%q: warnings %q", in, res.Warnings)
		}
	}
}

func TestASecondSourceIsAWarningThatNamesBothLines(t *testing.T) {
	res := read(t, "f.txt", "Bonjour !\n\nSource: https://e.org/\n\nSuite.\n\nSource: https://e.org/b\nSource: https://e.org/\n", Options{})
	same(t, []string{`line 7: a second source, "https://e.org/b", is not used: "https://e.org/" is the source (line 3)`}, res.Warnings)
	res = read(t, "f.md", "---\nteaser: B\nsource: https://f.org/\n---\nUn.\n\nSource: https://e.org/", Options{})
	same(t, []string{`line 7: a second source, "https://e.org/", is not used: "https://f.org/" is the source (line 3)`}, res.Warnings)
}

func TestWhatGoesLiveInATeaserIsAWarning(t *testing.T) {
	const src = "\n\nSource: https://e.org/@user\n\nAvec @autre.\n"
	for teaser, want := range map[string][]string{
		"Merci à @user !":                      {"line 1: the teaser mentions @user: it will be notified"},
		"Merci à @user@mastodon.social.":       {"line 1: the teaser mentions @user@mastodon.social: it will be notified"},
		"Merci (@a, @b_2)":                     {"line 1: the teaser mentions @a, @b_2: they will be notified"},
		"L'action $TSLA monte, et $AAPL.":      {"line 1: the teaser has the cashtags $TSLA, $AAPL: X makes them links to searches"},
		"jean@exemple.fr, https://e.org/@user": nil,
		"200M$ pour 5 $ et $5, US$A":           nil,
		"à 5 @ 3":                              nil,
	} {
		same(t, want, read(t, "f.txt", teaser+src, Options{Language: "fr"}).Warnings)
	}
}

func TestALanguageThatTheTextLeavesOpenIsTheOptionsForRepairsToo(t *testing.T) {
	const text = "Y a t il du nouveau ?\n\nSource: https://e.org/\n"
	same(t, "Y a-t-il du nouveau ?", read(t, "f.txt", text, Options{Language: "fr", AcceptProposals: true}).Article.Teaser)
}
