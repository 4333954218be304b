package term

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyText draws what people write: words, emoji, wide and combining characters, lines.
func anyText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		part := rapid.SampledFrom([]string{"a", "é", "mot", "motsanslimiteaucune", " ", "  ", "\n", "日本", "👩‍👩‍👧‍👦", "🇫🇷", "e\u0301", "…", "-"})
		return strings.Join(rapid.SliceOfN(part, 0, 40).Draw(t, "parts"), "")
	})
}

// TestWrappingLosesNothingAndFillsNoLineTooFar: only white space may go.
func TestWrappingLosesNothingAndFillsNoLineTooFar(t *testing.T) {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	rapid.Check(t, func(t *rapid.T) {
		text, columns := anyText().Draw(t, "text"), rapid.IntRange(2, 90).Draw(t, "columns")
		lines := Wrap(text, columns)
		for _, l := range lines {
			if Cells(l) > columns {
				t.Fatalf("%d columns: %q in %q", Cells(l), l, lines)
			}
		}
		if got := squeeze(strings.Join(lines, " ")); got != squeeze(text) {
			t.Fatalf("%q, want %q", got, squeeze(text))
		}
	})
}

func TestWordsAreBrokenOnlyWhereTheyFitNoLine(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"un deux trois", 8, "un deux|trois"},
		{"un deux trois", 0, "un deux trois"},
		{"a bbbbbbbbbb c", 6, "a bbbb|bbbbbb|c"},
		{"日本の港が", 5, "日本|の港|が"},
		{"x\n\ny", 5, "x||y"},
		{"", 5, ""},
	} {
		if got := strings.Join(Wrap(c.text, c.columns), "|"); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
	if got := strings.Join(Hang("warn  ", "un deux trois quatre", 18), "|"); got != "warn  un deux|      trois quatre" {
		t.Errorf("hanging: %q", got)
	}
}

// TestATableNeverExceedsItsRoom tries all tables in all rooms; with room enough it shows
// all of it.
func TestATableNeverExceedsItsRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table Table
		n := rapid.IntRange(1, 6).Draw(t, "columns")
		for range n {
			table.Columns = append(table.Columns, Column{
				Title: rapid.StringMatching(`[A-Z]{0,8}`).Draw(t, "title"), Right: rapid.Bool().Draw(t, "right"),
				Least: rapid.IntRange(0, 12).Draw(t, "least"), Spare: rapid.IntRange(0, 4).Draw(t, "spare"),
			})
		}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			var row []Cell
			for range n {
				row = append(row, Cell{Text: Printable(anyText().Draw(t, "cell")), Style: Bold})
			}
			table.Add(row...)
		}
		room := rapid.IntRange(1, 200).Draw(t, "room")
		for _, l := range strings.Split(table.Render(room, Paint(rapid.Bool().Draw(t, "paint"))), "\n") {
			if Cells(l) > room {
				t.Fatalf("room %d, %d columns: %q", room, Cells(l), l)
			}
		}
		whole := table.Render(0, false)
		for _, row := range table.Rows {
			for _, c := range row {
				if !strings.Contains(whole, strings.TrimRight(c.Text, " ")) {
					t.Fatalf("%q is missing in\n%s", c.Text, whole)
				}
			}
		}
	})
}

func TestATableDropsWhatMattersLeastThenShortens(t *testing.T) {
	table := Table{Columns: []Column{{Title: "NAME", Least: 4}, {Title: "N", Right: true}, {Title: "WHERE", Spare: 2}, {Title: "WHAT", Spare: 1}}}
	table.Add(Cell{Text: "long name"}, Cell{Text: "1200"}, Cell{Text: "here"}, Cell{Text: "it"})
	table.Add(Cell{Text: "b"}, Cell{Text: "7"}, Cell{}, Cell{Text: "that"})
	for room, want := range map[int]string{
		0:  "NAME          N  WHERE  WHAT\nlong name  1200  here   it\nb             7         that\n",
		21: "NAME          N  WHAT\nlong name  1200  it\nb             7  that\n",
		20: "NAME         N  WHAT\nlong na…  1200  it\nb            7  that\n",
		10: "NAME     N\nlon…  1200\nb        7\n",
	} {
		if got := table.Render(room, false); got != want {
			t.Errorf("room %d:\n%s\nwant\n%s", room, got, want)
		}
	}
}

// TestABoxIsARectangle: whatever stands in it, and however narrow it is.
func TestABoxIsARectangle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Box{
			Left: Printable(anyText().Draw(t, "left")), Right: rapid.StringMatching(`[a-z]{0,6}`).Draw(t, "right"),
			Foot: rapid.StringMatching(`[a-z]{0,8}`).Draw(t, "foot"), Columns: rapid.IntRange(20, 90).Draw(t, "columns"),
		}
		for _, l := range b.Draw(Wrap(anyText().Draw(t, "text"), b.Inner()), Paint(rapid.Bool().Draw(t, "paint"))) {
			if Cells(l) != b.Columns {
				t.Fatalf("%d columns, want %d: %q", Cells(l), b.Columns, l)
			}
		}
	})
}

func TestBlocksStandBesideEachOther(t *testing.T) {
	got := strings.Join(Beside([][]string{{"a", "日本"}, {"c"}, {"d", "e", "f"}}, 1), "|")
	if want := "a    c d|日本   e|       f"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAWordDiffReadsWithoutColour holds what is marked, and that words that stay are not.
func TestAWordDiffReadsWithoutColour(t *testing.T) {
	for _, c := range [][3]string{
		{"DĂ©fense", "Défense", "[-DĂ©fense-]{+Défense+}"},
		{"la DĂ©fense US", "la Défense US", "la [-DĂ©fense-]{+Défense+} US"},
		{"a b c d", "a x d", "a [-b c-]{+x+} d"},
		{"a a", "a a a", "a a {+a+}"},
		{"a b", "b", "[-a-] b"},
		{"", "b", "{+b+}"},
		{"a  b", "a b", "[-a  b-]{+a b+}"},
	} {
		if got := WordDiff(c[0], c[1], false); got != c[2] {
			t.Errorf("%q -> %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got := WordDiff("x", "y", true); got != "\x1b[31m[-x-]\x1b[0m\x1b[32m{+y+}\x1b[0m" {
		t.Errorf("coloured: %q", got)
	}
}

func TestABarShowsALittleAndNeverTooMuch(t *testing.T) {
	for _, c := range []struct {
		part, whole float64
		want        string
	}{{0, 10, "░░░░"}, {0.01, 10, "█░░░"}, {5, 10, "██░░"}, {10, 10, "████"}, {20, 10, "████"}, {1, 0, "█░░░"}} {
		if got := Bar(c.part, c.whole, 4); got != c.want {
			t.Errorf("%v of %v: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

// TestNothingPrintedCommandsTheTerminal: no control character is left, and nothing turns
// the direction of what follows.
func TestNothingPrintedCommandsTheTerminal(t *testing.T) {
	if got := Printable("a\x1b[2J\u202eb\u2028c\td\u009b"); got != "a [2Jb c d " {
		t.Errorf("%q", got)
	}
}
