package article

import (
	"regexp"
	"testing"
)

func TestTitleIsTheTeasersBeginning(t *testing.T) {
	for teaser, want := range map[string]string{
		"Un contrat de 200M$ 🎯 Suite.":                   "Un contrat de 200M$",
		"🎯 Un contrat 🚀 Suite.":                          "Un contrat",
		"Un contrat. Suite.":                             "Un contrat",
		"Un contrat ! Suite.":                            "Un contrat !",
		"Qui gagne ? Suite.":                             "Qui gagne ?",
		"Et puis… Suite.":                                "Et puis…",
		"Et puis... Suite.":                              "Et puis...",
		"Go 1.26 et node.js arrivent. Suite":             "Go 1.26 et node.js arrivent",
		"M. Dupont et J. Martin votent. Suite":           "M. Dupont et J. Martin votent",
		"The U.S. Army buys. Then":                       "The U.S. Army buys",
		"Selon M. Dupont, p. 5, etc. puis la suite. Fin": "Selon M. Dupont, p. 5, etc. puis la suite",
		"M. Dupont, p. 5, etc.":                          "M. Dupont, p. 5, etc",
		"En fin de journée … le café. Suite":             "En fin de journée … le café",
		"Il dit... rien. Suite":                          "Il dit... rien",
		"Vu par le Dr. Martin, art. 3. Suite":            "Vu par le Dr. Martin, art. 3",
		"Go 1.26 arrive. 5 nouveautés":                   "Go 1.26 arrive",
		"Vers là . Suite":                                "Vers là",
		"Sans fin":                                       "Sans fin",
		"Un\nDeux.":                                      "Un",
		"La flèche → et ™ restent 🇫🇷 ici":                "La flèche → et ™ restent",
		"Le top 1️⃣ arrive":                              "Le top",
		"Un ❤️ deux":                                     "Un",
		"日本語です。次の文":                                      "日本語です。",
		"🎯🚀":                                             "🎯🚀",
		"🎯 . suite":                                      "🎯 . suite",
		repeat("mot ", 50):                               repeat("mot ", 29) + "mot…",
		repeat("x", 200):                                 repeat("x", 119) + "…",
		"\"Non\", dit-il : c’est 3,5 % ! Oui.":           "\"Non\", dit-il : c’est 3,5 % !",
	} {
		same(t, want, titleOf(teaser))
	}
}

func TestSlugIsTheTitleInASCII(t *testing.T) {
	for title, want := range map[string]string{
		"OpenAI signe un contrat de 200M$ avec la Défense US": "openai-signe-un-contrat-de-200m-avec-la-defense-us",
		"L’œil, l'été & ça ?":                                 "l-oeil-l-ete-ca",
		"Straße, Łódź, Þór, smørrebrød":                       "strasse-lodz-thor-smorrebrod",
		"IŞIK ve ışık, Đà Nẵng, ŒUVRE":                        "isik-ve-isik-da-nang-oeuvre",
		"ﬁn Ｆｕｌｌ ²":                                           "fin-full-2",
		"OpenAI 和中国":                                          "openai",
		"2026":                                                "2026",
		"Feed":                                                "feed-1",
		"API !":                                               "api-1",
		repeat("abcdefghi ", 9):                               "abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi",
		repeat("a", 100):                                      repeat("a", 80),
	} {
		same(t, want, Slug(title, "https://e.org/"))
	}
}

func TestSlugOfAnotherScriptDependsOnTitleAndSource(t *testing.T) {
	form := regexp.MustCompile("^article-[0-9a-f]{8}$")
	for _, title := range []string{"日本のニュース", "🎯", "Новости 2026", ""} {
		if got := Slug(title, "https://e.org/"); !form.MatchString(got) {
			t.Errorf("Slug(%q) = %q", title, got)
		}
	}
	a, b, c := Slug("日本", "https://e.org/"), Slug("日本", "https://f.org/"), Slug("中国", "https://e.org/")
	if a == b || a == c || a != Slug("日本", "https://e.org/") {
		t.Errorf("slugs %q %q %q", a, b, c)
	}
}
