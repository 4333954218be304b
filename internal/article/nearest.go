package article

import "strings"

// nearest is the word that was probably meant, or "": at most a third of its letters wrong.
func nearest(word string, words []string) string {
	word = strings.ReplaceAll(strings.ToLower(word), "-", "_")
	best, least := "", len(word)
	if len(word) > 32 {
		return "" // no key is nearly as long
	}
	for _, w := range words {
		if d := edits(word, w); d <= max(1, len(w)/3) && d < least {
			best, least = w, d
		}
	}
	return best
}

// edits counts the bytes to insert, delete, replace or swap with their neighbour
// (optimal string alignment).
func edits(a, b string) int {
	var older []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			replaced := row[j]
			if a[i] != b[j] {
				replaced++
			}
			next[j+1] = min(replaced, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], older[j-1]+1)
			}
		}
		older, row = row, next
	}
	return row[len(b)]
}
