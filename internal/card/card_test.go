package card

import (
	"bytes"
	"image/color"
	"math"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func TestTheSameCardGivesTheSameBytes(t *testing.T) {
	want := render(t, samples["french"])
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got, err := Render(samples["french"]); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another image, %v", err)
			}
		})
	}
	group.Wait()
	if other := render(t, samples["english"]); bytes.Equal(other, want) {
		t.Error("two cards give one image")
	}
}

func TestEveryCardIsUnderItsBound(t *testing.T) {
	largest := 0
	for _, unit := range []string{
		"§", "@", "Ǻ", "ẫ", "ﬁ", "a", "i ", "l", "W", "&% ", "Œ\u0323\u0301", "Ж", "ξ", "@ ", "©®", "¾¼ ", "㎏", "♥♫", "😀", "国", "ق", "‱", "\u200b", " ", "Ǽẵ§ß@&Ж ", "ᾧ", "ʬѮᾤ@§\u0323\u0301",
	} {
		for _, n := range []int{60, 5000} {
			text := strings.Repeat(unit, n)
			largest = max(largest, len(render(t, Card{text, text, text, "fr"})))
		}
	}
	if largest < 10_000 {
		t.Errorf("the largest has %d bytes: nothing was drawn", largest)
	}
	t.Logf("the largest has %d bytes", largest)
}

func TestNothingIsDrawnBeyondTheMargins(t *testing.T) {
	for name, c := range samples {
		m := decode(t, render(t, c))
		for i, pixel := range m.Pix {
			x, y := i%m.Stride, i/m.Stride
			if pixel != 0 && (x < margin-8 || x >= Width-margin+8 || y < barTop || y > siteBase+siteSize/2) {
				t.Errorf("%s: ink at %d, %d", name, x, y)
				break
			}
		}
	}
}

func TestTheInksAreReadable(t *testing.T) {
	for _, ink := range inkColours {
		// WCAG 2.2 AA asks for 4.5, AAA for 7.
		if ratio := (luminance(paperColour) + 0.05) / (luminance(ink) + 0.05); ratio < 7 {
			t.Errorf("%v on %v has a contrast of %.1f", ink, paperColour, ratio)
		}
	}
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		if s := float64(v) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func TestATitleThatCannotBeSetGivesWayToTheSite(t *testing.T) {
	got := render(t, Card{Title: "العربية", Site: "Le Crieur", Kicker: "x.example"})
	if want := render(t, Card{Title: "Le Crieur", Kicker: "x.example"}); !bytes.Equal(got, want) {
		t.Error("the site's name is not the headline")
	}
}

func TestAltIsTitleAndSite(t *testing.T) {
	long := strings.Repeat("e\u0301", 300)
	for _, c := range []struct {
		card Card
		want string
	}{
		{Card{Title: " 🚀 Titre\n du jour ", Site: "Le Crieur"}, "🚀 Titre du jour — Le Crieur"},
		{Card{Title: "国务院", Site: "Le Crieur", Kicker: "x"}, "国务院 — Le Crieur"},
		{Card{Title: "Titre"}, "Titre"},
		{Card{Site: "Le Crieur"}, "Le Crieur"},
		{Card{Title: "Le Crieur", Site: "Le Crieur"}, "Le Crieur"},
		{Card{Title: "a\xffb"}, "ab"},
		{Card{}, ""},
		{Card{Title: long, Site: "S"}, strings.Repeat("e\u0301", 207) + "… — S"},
		{Card{Title: long, Site: long + "x"}, strings.Repeat("e\u0301", 155) + "… — " + strings.Repeat("e\u0301", 52) + "…"},
	} {
		got := Alt(c.card)
		if n := utf8.RuneCountInString(got); got != c.want || n > altRunes {
			t.Errorf("%q: %q with %d characters, want %q", c.card, got, n, c.want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, c := range samples {
		f.Add(c.Title, c.Site, c.Kicker, c.Language)
	}
	f.Fuzz(func(t *testing.T, title, site, kicker, language string) {
		c := Card{title, site, kicker, language}
		decode(t, render(t, c))
		if alt := Alt(c); !utf8.ValidString(alt) || utf8.RuneCountInString(alt) > altRunes {
			t.Errorf("alternative text %q", alt)
		}
		// A box is never drawn.
		s := serif(t)
		lines, _ := s.headline(s.clean(title, language))
		for _, line := range append(lines, s.line(s.clean(site, ""), siteSize)) {
			row, _, err := s.place(line)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range row {
				if g.glyph == 0 {
					t.Errorf("no glyph in %q of %q", line, title)
				}
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	for _, name := range []string{"short", "french", "long", "chinese"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				data := render(b, samples[name])
				b.ReportMetric(float64(len(data)), "B/image")
			}
		})
	}
	b.Run("zalgo", func(b *testing.B) {
		text := strings.Repeat("Z\u0351\u0352\u0353\u0354\u0355 ", 100_000)
		b.ReportAllocs()
		for b.Loop() {
			render(b, Card{text, text, text, "fr"})
		}
	})
}
