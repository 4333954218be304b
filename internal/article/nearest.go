package article

import "strings"

// nearest is the word that was probably meant, or "": at most a third of its letters wrong.
func nearest(word string, words []string) string {
	word = strings.ReplaceAll(strings.ToLower(word), "-", "_")
	best, least := "", len(word)
	for _, w := range words {
		if d := edits(word, w); d <= max(1, len(w)/3) && d < least {
			best, least = w, d
		}
	}
	return best
}

// edits counts the bytes to insert, delete or replace (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
