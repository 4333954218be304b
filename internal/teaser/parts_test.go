package teaser

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTagsAreRepairedJoinedOrDropped(t *testing.T) {
	invalid, usable := usableTags([]string{
		"IA", "ia", "#OpenSource", "Go-Lang", "open source", "C++", "C#", "Node.js", "GPT-4.5", "Disney+", "COVID-19", "2026", "24/7",
		"東京", "モデル", "e\u0301te\u0301", "🎯", "🚀Go", "col·lecció", "·x·", "", "#", "l’Oréal", "snake_case",
	})
	want := [][]string{
		{"#2026", "#24/7", "#🎯"},
		{"#IA", "#OpenSource", "#GoLang", "#CPlusPlus", "#CSharp", "#NodeJs", "#GPT4_5", "#DisneyPlus", "#COVID19",
			"#東京", "#モデル", "#été", "#Go", "#col·lecció", "#x", "#LOréal", "#snake_case"},
	}
	if diff := cmp.Diff(want, [][]string{invalid, usable}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhiteSpaceStandsAroundLinksAndHashtags(t *testing.T) {
	for in, want := range map[string]string{
		"🚀#GoLang":                         "🚀 #GoLang",
		"#GoLang🚀":                         "#GoLang 🚀",
		"mot#GoLang":                       "mot #GoLang",
		"#IA#Go":                           "#IA #Go",
		"fin.#IA":                          "fin. #IA",
		"(#IA)":                            "#IA",
		"La Chine (#IA) domine":            "La Chine #IA domine",
		"(#IA et #Go), enfin":              "(#IA et #Go), enfin",
		"l’#IA":                            "l’#IA",
		"«#IA»":                            "«#IA»",
		"#IA, #Go.":                        "#IA, #Go.",
		"C# et F#":                         "C# et F#",
		"golang/go#123":                    "golang/go#123",
		"docs.example/page#Top":            "docs.example/page#Top",
		"&#39;":                            "&#39;",
		"👉https://a.fr/b🎯":                 "👉 https://a.fr/b 🎯",
		"こちらhttps://a.jp/bをご覧":             "こちら https://a.jp/b をご覧",
		"https://ja.example/wiki/東京 へ":     "https://ja.example/wiki/東京 へ",
		"https://fr.example/wiki/Été":      "https://fr.example/wiki/Été",
		"https://a.fr/b.":                  "https://a.fr/b.",
		"https://a.fr/b.🎯":                 "https://a.fr/b .🎯",
		"«https://a.fr/b»":                 "« https://a.fr/b »",
		"https://a.fr/b…":                  "https://a.fr/b …",
		"(https://a.fr/b)":                 "https://a.fr/b",
		"(voir https://a.fr/b_(c))":        "(voir https://a.fr/b_(c))",
		"https://a.fr/?u=http://b.fr/#Top": "https://a.fr/?u=http://b.fr/#Top",
		"https://a.fr/b。次":                 "https://a.fr/b 。次",
		"lien:https://a.fr":                "lien: https://a.fr",
		"https://":                         "https://",
		"@jean@mastodon.social, merci":     "@jean@mastodon.social, merci",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestTextIsNormalisedWithoutLosingNoBreakSpaces(t *testing.T) {
	for in, want := range map[string]string{
		"  a   b  ":            "a b",
		"a\t\tb":               "a b",
		"a \u00A0!":            "a\u00A0!",
		"a\u202F?":             "a\u202F?",
		"a\u3000b":             "a\u3000b",
		"a\r\nb\rc":            "a\nb\nc",
		"a\n\n\n\nb":           "a\n\nb",
		"a \n \n b":            "a\n\nb",
		"a\u2028b":             "a\nb",
		"e\u0301":              "é",
		"a\x00\x01\x1bb":       "ab",
		"\uFEFFa\uFFFE\uFFFFb": "ab",
		"a\xffb":               "a\uFFFDb",
		"\u00A0a\u00A0":        "a",
		"&amp; &lt; &#x1f3a5;": "&amp; &lt; &#x1f3a5;",
		"👩‍👩‍👧‍👦\u200Fשלום\u200C": "👩‍👩‍👧‍👦\u200Fשלום\u200C",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestEmojiAreTakenOutInOrderAndOnce(t *testing.T) {
	for _, c := range []struct {
		in, language, rest string
		emoji              []string
	}{
		{"Go 2 🚀 arrive 🎉 et 🚀 encore", "fr", "Go 2 arrive et encore", []string{"🚀", "🎉"}},
		{"Défense US 🎯 Ironiquement, la Chine 🇨🇳", "fr", "Défense US. Ironiquement, la Chine", []string{"🎯", "🇨🇳"}},
		{"Wir feiern mit 🎂 Kuchen", "de", "Wir feiern mit Kuchen", []string{"🎂"}},
		{"Bravo ! 🎉 Ensuite", "fr", "Bravo ! Ensuite", []string{"🎉"}},
		{"👩‍👩‍👧‍👦👩🏽‍🚀 5️⃣ ❤️", "fr", "", []string{"👩‍👩‍👧‍👦", "👩🏽‍🚀", "5️⃣", "❤️"}},
		{"vite🚀fait", "fr", "vite fait", []string{"🚀"}},
		{"a ©2026 ™ → 5 ❤︎ b", "fr", "a ©2026 ™ → 5 ❤︎ b", nil},
	} {
		rest, emoji := takeEmoji(clean(c.in), c.language)
		if diff := cmp.Diff([]any{c.rest, c.emoji}, []any{rest, emoji}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestEmptyPlaceholdersLeaveNoTrace(t *testing.T) {
	for _, c := range []struct{ template, link, want string }{
		{"", "https://a.fr", "Texte du jour.\n\nhttps://a.fr"},
		{"", "", "Texte du jour."},
		{"{emoji} {text} {hashtags} {link}", "", "Texte du jour."},
		{"{text}\n{hashtags}\n{link}", "https://a.fr", "Texte du jour.\nhttps://a.fr"},
		{"{text}\n\n{emoji} {hashtags}\n\n{title}\n\n{link}", "https://a.fr", "Texte du jour.\n\nhttps://a.fr"},
		{"{title}\n\n{text}", "https://a.fr", "Texte du jour.\nhttps://a.fr"},
		{"({text}) {link}!", "https://a.fr", "(Texte du jour.) https://a.fr !"},
		{"👉{link}👈 {text}", "https://a.fr", "👉 https://a.fr 👈 Texte du jour."},
	} {
		a := sample
		a.Teaser, a.Tags = "Texte du jour.", nil
		p, err := Render(a, Options{Template: c.template, Link: c.link, Limit: 280, Measure: weigh})
		if err != nil || p.Text != c.want {
			t.Errorf("template %q gave %q, %v; want %q", c.template, p.Text, err, c.want)
		}
	}
}
