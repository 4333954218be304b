package term

import "testing"

func TestCutNeverExceedsItsColumnsNorSplitsACharacter(t *testing.T) {
	for text, widths := range map[string]map[int]string{
		"Brest":           {5: "Brest", 4: "Bre…", 1: "…"},
		"日本の港":            {8: "日本の港", 7: "日本の…", 6: "日本…"},
		"a👩‍👩‍👧‍👦b":       {4: "a👩‍👩‍👧‍👦b", 3: "a…"},
		"🇫🇷🇩🇪":            {4: "🇫🇷🇩🇪", 3: "🇫🇷…"},
		"e\u0301te\u0301": {3: "e\u0301te\u0301", 2: "e\u0301…"},
	} {
		for n, want := range widths {
			if got := Cut(text, n); got != want || Cells(got) > n {
				t.Errorf("Cut(%q, %d) = %q (%d columns), want %q", text, n, got, Cells(got), want)
			}
		}
	}
}
