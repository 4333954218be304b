package card

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Sizes of a headline, in pixels, and how far its lines stand apart, in hundredths of them.
const (
	largest  = 84
	smallest = 44
	step     = 2
	maxLines = 5
	leading  = 112
)

// headline sets text in the largest size that leaves it within its place, its lines as
// even as the words allow. What does not fit in five lines ends with an ellipsis.
func (s *setter) headline(text string) (lines []string, size int) {
	if text == "" {
		return nil, largest
	}
	words := s.words(text, s.limit(smallest))
	for size = largest; size > smallest; size -= step {
		if n := s.count(words, s.limit(size)); n > 0 && n <= linesAt(size) {
			return s.balance(words, s.limit(size), n), size
		}
	}
	words = s.truncate(words, s.limit(smallest))
	return s.balance(words, s.limit(smallest), s.count(words, s.limit(smallest))), smallest
}

// limit is the width of a line at a size, in units of the font.
func (s *setter) limit(size int) int { return measure * s.em / size }

// linesAt is how many lines of a size the place of the headline holds.
func linesAt(size int) int {
	return min(maxLines, (titleBottom-titleTop)*100/(size*leading))
}

// baselines returns where n lines stand, in pixels: in the middle of their place.
func baselines(n, size int) []int {
	height := size * leading / 100
	// The first line rises by its capitals; the last falls by its descenders, which are few.
	rise := size * 67 / 100
	top := titleTop + (titleBottom-titleTop-(n-1)*height-rise)/2
	rows := make([]int, n)
	for i := range rows {
		rows[i] = top + rise + i*height
	}
	return rows
}

// count returns how many lines the words fill, 0 where one of them is wider than a line.
func (s *setter) count(words []word, limit int) int {
	lines, width := 1, 0
	blank := s.units(" ")
	for i, w := range words {
		if w.width > limit {
			return 0
		}
		gap := blank
		if w.tight || i == 0 {
			gap = 0
		}
		if width+gap+w.width > limit && width > 0 {
			lines, width = lines+1, w.width
		} else {
			width += gap + w.width
		}
	}
	return lines
}

// balance breaks the words into n lines with the least sum of squares of what is left
// empty, the last line included, so that the lines are about as long as each other.
func (s *setter) balance(words []word, limit, n int) []string {
	blank := s.units(" ")
	// cost[i] and from[k][i]: the best way to set the first i words in k lines.
	cost := make([]float64, len(words)+1)
	for i := range cost {
		cost[i] = math.Inf(1)
	}
	cost[0] = 0
	from := make([][]int, n+1)
	for k := 1; k <= n; k++ {
		next := make([]float64, len(words)+1)
		from[k] = make([]int, len(words)+1)
		next[0] = math.Inf(1)
		for end := 1; end <= len(words); end++ {
			next[end] = math.Inf(1)
			width := 0
			for start := end - 1; start >= 0; start-- {
				width += words[start].width
				if width > limit {
					break
				}
				empty := float64(limit-width) / float64(limit)
				if c := cost[start] + empty*empty + hanging(words, end); c < next[end] {
					next[end], from[k][end] = c, start
				}
				if !words[start].tight {
					width += blank
				}
			}
		}
		cost = next
	}
	lines := make([]string, n)
	for k, end := n, len(words); k > 0; k-- {
		start := from[k][end]
		lines[k-1] = join(words[start:end])
		end = start
	}
	return lines
}

// hanging is what it costs to break before words[end]: a line should not end in a word of
// one letter, or within a compound.
func hanging(words []word, end int) float64 {
	switch {
	case end == len(words):
		return 0
	case words[end].tight:
		return 0.1
	case utf8.RuneCountInString(words[end-1].text) == 1:
		return 0.05
	}
	return 0
}

func join(words []word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && !w.tight {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// truncate gives up the words that do not fit in the last line; the last that does ends
// with an ellipsis.
func (s *setter) truncate(words []word, limit int) []word {
	if s.count(words, limit) <= maxLines {
		return words
	}
	for n := len(words) - 1; n > 0; n-- {
		last := words[n-1]
		last.text = strings.TrimRightFunc(last.text, trailing) + "…"
		if last.text == "…" {
			continue
		}
		last.width = s.units(last.text)
		if last.width > limit {
			last.text = s.cut(last.text, limit)
			last.width = s.units(last.text)
		}
		short := append(append([]word(nil), words[:n-1]...), last)
		if s.count(short, limit) <= maxLines {
			return short
		}
	}
	return words[:0]
}

// trailing tells what goes before an ellipsis: the end of a quotation or a bracket stays.
func trailing(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) && !strings.ContainsRune(")]»”’%", r)
}

// cut shortens text to limit with an ellipsis: between words where one ends in the last
// third, else between graphemes.
func (s *setter) cut(text string, limit int) string {
	if s.units(text) <= limit {
		return text
	}
	room, end := limit-s.units("…"), 0
	for g := graphemes.FromString(text); g.Next(); {
		if room -= s.units(g.Value()); room < 0 {
			break
		}
		end = g.End()
	}
	kept := text[:end]
	if i := strings.LastIndexByte(kept, ' '); i > end*2/3 {
		kept = kept[:i]
	}
	return strings.TrimRightFunc(kept, trailing) + "…"
}

// line cuts text to one line of a size.
func (s *setter) line(text string, size int) string { return s.cut(text, s.limit(size)) }
