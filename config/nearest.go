package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Nearest is the candidate that word was probably meant to be, or "": at most a third
// of the letters wrong, or one the beginning of the other.
func Nearest(word string, candidates []string) string {
	if len(word) > 64 { // no slip of the finger, and costly to compare
		return ""
	}
	word = strings.ReplaceAll(strings.ToLower(word), "-", "_")
	best, bestDistance := "", -1
	for _, c := range candidates {
		d := distance(word, c)
		allowed := utf8.RuneCountInString(c) / 3
		prefixed := min(len(word), len(c)) >= 4 && (strings.HasPrefix(word, c) || strings.HasPrefix(c, word))
		if (d <= allowed || prefixed) && (best == "" || d < bestDistance) && utf8.RuneCountInString(word) > 1 {
			best, bestDistance = c, d
		}
	}
	return best
}

// DidYouMean ends a message about a name that is none of names: with the one that was
// probably meant, or with nothing. Names may have hyphens.
func DidYouMean(word string, names []string) string {
	var keys []string
	for _, n := range names {
		keys = append(keys, strings.ReplaceAll(strings.ToLower(n), "-", "_"))
	}
	if i := slices.Index(keys, Nearest(word, keys)); i >= 0 {
		return fmt.Sprintf(": did you mean %q?", names[i])
	}
	return ""
}

// distance counts the letters to insert, delete, replace or swap with their neighbour
// (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}
