package card

import (
	"strings"
	"testing"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsThatBelongTogetherAreNotParted(t *testing.T) {
	for text, want := range map[string][]string{
		"Pourquoi\u202f? Non":         {"Pourquoi\u202f?", "Non"},
		"Pourquoi ? Non !":            {"Pourquoi\u00A0?", "Non\u00A0!"},
		"il dit « jamais » : voilà":   {"il", "dit", "«\u00A0jamais\u00A0»\u00A0:", "voilà"},
		"«\u00A0oui\u00A0» ; 10 % de": {"«\u00A0oui\u00A0»\u00A0;", "10\u00A0%", "de"},
		"Paris – Lyon":                {"Paris\u00A0–", "Lyon"},
		"Saint-Rémy, y a-t-il":        {"Saint-", "Rémy,", "y", "a-t-il"},
		"et/ou -- non":                {"et/", "ou", "--", "non"},
	} {
		var got []string
		s := serif(t)
		for _, w := range s.words(text, s.limit(smallest)) {
			got = append(got, w.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestAHeadlineIsLargeWhereItIsShort(t *testing.T) {
	for _, c := range []struct {
		text        string
		lines, size int
	}{
		{"", 0, largest},
		{"Le Crieur", 1, largest},
		{"The Quiet Return of the Afternoon Newspaper", 2, largest},
		{strings.Repeat("mot ", 40), 4, 54},
		{strings.Repeat("mots ", 200), maxLines, smallest},
	} {
		lines, size := serif(t).headline(strings.TrimSpace(c.text))
		if len(lines) != c.lines || size != c.size {
			t.Errorf("%.20q: %d lines of %d pixels, want %d of %d: %q", c.text, len(lines), size, c.lines, c.size, lines)
		}
	}
}

func TestLinesAreAboutAsLongAsEachOther(t *testing.T) {
	lines, _ := serif(t).headline("The Quiet Return of the Afternoon Newspaper")
	if want := []string{"The Quiet Return of the", "Afternoon Newspaper"}; !cmp.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
}

func TestAHeadlineKeepsWithinItsPlace(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "à", "mot", "l’Assemblée", "Saint-Rémy-de-Provence", "«", "»", "?", "…", "10\u00A0%", "W",
		"Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung", strings.Repeat("Ệ\u0323", 60), strings.Repeat("W", 200),
	}), 1, 80)
	s := serif(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(words.Draw(t, "words"), " ")
		lines, size := s.headline(text)
		if len(lines) == 0 || len(lines) > maxLines || size < smallest || size > largest {
			t.Fatalf("%d lines of %d pixels", len(lines), size)
		}
		for _, line := range lines {
			// Kerning across a break between words is not counted when they are measured.
			if w := s.units(line) * size / s.em; w > measure+4 {
				t.Errorf("%q is %d pixels wide at %d", line, w, size)
			}
		}
		rows := baselines(len(lines), size)
		if first, last := rows[0]-size*67/100, rows[len(rows)-1]; first < titleTop || last > titleBottom-size/10 {
			t.Errorf("%d lines of %d pixels reach from %d to %d", len(lines), size, first, last)
		}
		// All words are there, or an ellipsis tells that some are not.
		letters := func(s string) string { return strings.NewReplacer(" ", "", "\u00A0", "", "-", "").Replace(s) }
		if set := letters(strings.Join(lines, "")); set != letters(text) && !strings.HasSuffix(set, "…") {
			t.Errorf("set %q of %q", lines, text)
		}
	})
}

func TestALineIsCutOnAGraphemeBorder(t *testing.T) {
	s := serif(t)
	text := strings.Repeat("e\u0323\u0302\u0301x", 100)
	for size := siteSize; size < siteSize+20; size++ {
		line := s.line(text, size)
		kept, cut := strings.CutSuffix(line, "…")
		border := false
		for g := graphemes.FromString(text); g.Next(); {
			border = border || g.End() == len(kept)
		}
		if !cut || !border || s.units(line) > s.limit(size) {
			t.Errorf("at %d: %q", size, line)
		}
	}
	if got := s.line("La Gazette des Alpilles et de la vallée du Rhône, édition du soir, avec les annonces", siteSize); !strings.HasSuffix(got, "soir…") {
		t.Errorf("%q is not cut between words", got)
	}
}
