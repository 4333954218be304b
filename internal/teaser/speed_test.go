package teaser

import (
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
)

// Each unit, repeated, is the worst case of one of the scanners. A linear pass takes
// a few hundredths of a second, a quadratic one minutes.
func TestALongTeaserTakesNoQuadraticTime(t *testing.T) {
	const most = 8 * time.Second
	length := 100_000
	for _, unit := range []string{
		"mot et ", "(", "(a b c d ", "«\u00A0", "\"a", "’s ‘", "a", "e\u0301", "h", "🎯", "🎯 Mot ", "米", "- ", "!", "\n",
		"https://a.fr/", "#IA ", "#IA", "@a@b.c ", "l’", "M. ",
	} {
		text := strings.Repeat(unit, length/len(unit))
		length = 30_000 // the first is the ordinary text
		start := time.Now()
		_, err := Render(article.Article{Teaser: text, Tags: sample.Tags, Language: "fr"},
			Options{Limit: 280, Measure: weigh, Link: sampleLink, Template: "{text} {emoji} {hashtags} {link}"})
		if took := time.Since(start); took > most {
			t.Errorf("a teaser of %d kB of %q took %v", len(text)/1000, unit, took)
		}
		if err != nil && !strings.Contains(err.Error(), "nothing") {
			t.Errorf("a teaser of %d kB of %q: %v", len(text)/1000, unit, err)
		}
	}
}
