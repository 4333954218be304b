package card

import (
	"testing"
)

func serif(t testing.TB) *setter {
	t.Helper()
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	return newSetter(fonts.serif)
}

func TestWhatCannotBeSetIsDroppedWithTheSpaceItLeaves(t *testing.T) {
	for _, c := range []struct{ in, lang, want string }{
		{"🚀 Titre", "fr", "Titre"},
		{"Titre 🚀🔥", "fr", "Titre"},
		{"un 👩‍💻 deux", "fr", "un deux"},
		{"un👩‍💻deux", "fr", "un deux"},
		{"Hello 😀, world 🌍.", "en", "Hello, world."},
		{"Fin 😱 !", "fr", "Fin !"},
		{"Fin\u202f😱\u202f!", "fr", "Fin !"},
		{"10\u00A0₺, 20\u00A0₽, 5 €", "fr", "10\u00A0TRY, 20\u00A0RUB, 5 €"},
		{"OpenAI (🇺🇸) signe", "fr", "OpenAI signe"},
		{"OpenAI (🇺🇸 Washington) signe", "fr", "OpenAI (Washington) signe"},
		{"🔴 | Direct : suivez", "fr", "Direct : suivez"},
		{"| Direct", "fr", "| Direct"},
		{"1️⃣ raison, #️⃣", "fr", "1 raison, #"},
		{"❤️ et ♥, ©️ et ™️", "fr", "et ♥, © et ™"},
		{"🏴󠁧󠁢󠁥󠁮󠁧󠁿 England 👍🏽", "en", "England"},
		{"🚀🔥✅ 1️⃣", "fr", ""},
		{"ﬁn, oﬃce, 𝐁𝐨𝐥𝐝, Ａ①㎏", "en", "ﬁn, office, Bold, A1kg"},
		{"non\u2011break so\u00ADft \u200Bzero\uFEFF \u202Ebidi\u202C", "en", "non‐break soft zero bidi"},
		{"e\u0301 a\u0323\u0302 ş ţ", "vi", "é ậ ş ţ"},
		{"Ştiri şi ţări", "ro-RO", "Știri și țări"},
		{"a\xffb\x00c\tд\nω", "", "a bc д ω"},
		{"Z\u0351\u0352\u0353\u0354\u0355", "", "Z\u0353\u0354"},
		{"░▒▓ Titre ▓▒░", "", "Titre"},
		{"国务院发布关于人工智能 OpenAI 的新规定", "zh", ""},
		{"العربية", "ar", ""},
		{"OpenAI 日本 opens in Tokyo", "en", "OpenAI opens in Tokyo"},
		{"", "", ""},
		{" \t ", "", ""},
	} {
		if got := serif(t).clean(c.in, c.lang); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTheFontsHaveAllOfLatin(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*setter{"serif": newSetter(fonts.serif), "sans": newSetter(fonts.sans)} {
		// Latin-1, Extended-A and -B; Extended Additional up to the Vietnamese letters, which end it
		// but for medieval Welsh.
		for _, block := range [][2]rune{{0x20, 0x7E}, {0xA0, 0xAC}, {0xAE, 0x24F}, {0x1E00, 0x1EF9}} {
			for r := block[0]; r <= block[1]; r++ {
				// Letters of medieval manuscripts.
				if s.glyph(r) == 0 && (r < 0x1E9C || r > 0x1E9F) {
					t.Errorf("%s has no glyph for %U %c", name, r, r)
				}
			}
		}
		for _, r := range "«»‹›“”„‘’‚–—…·•€₫№™†\u202F\u00A0ẞ" {
			if !s.settable(r) {
				t.Errorf("%s cannot set %U %c", name, r, r)
			}
		}
	}
}

func TestAccentsStandClearOfTheirLetter(t *testing.T) {
	s := serif(t)
	for text, want := range map[string]int{"q\u0307": above, "Q\u0323": below, "ɛ\u0301": above} {
		row, width, err := s.place(text)
		if err != nil {
			t.Fatal(err)
		}
		runes := []rune(text)
		if alone := s.units(string(runes[0])); len(row) != 2 || width != alone {
			t.Fatalf("%q: %d glyphs, width %d, want 2 and %d", text, len(row), width, alone)
		}
		letter, _, _ := s.font.GlyphBounds(&s.buf, row[0].glyph, s.scale(), 0)
		mark, _, _ := s.font.GlyphBounds(&s.buf, row[1].glyph, s.scale(), 0)
		top, bottom := int(mark.Min.Y)+row[1].y, int(mark.Max.Y)+row[1].y
		if want == above && bottom >= int(letter.Min.Y) || want == below && top <= int(letter.Max.Y) {
			t.Errorf("%q: the accent reaches from %d to %d, the letter from %d to %d", text, top, bottom, letter.Min.Y, letter.Max.Y)
		}
	}
}
