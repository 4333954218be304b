package mojibake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a part of a text, in bytes.
type span struct{ start, end int }

// protect lists, in order and disjoint, what must stay as it is: code in
// Markdown fences or backticks, URLs, and e-mail or Fediverse addresses.
func protect(text string) []span {
	var spans []span
	fence, opened := "", 0
	for at := 0; at < len(text); {
		end := len(text)
		if nl := strings.IndexByte(text[at:], '\n'); nl >= 0 {
			end = at + nl + 1
		}
		line := text[at:end]
		mark := fenceOf(line)
		switch {
		case fence == "" && mark != "":
			fence, opened = mark, at
		case fence == "":
			spans = append(spans, inLine(line, at)...)
		case strings.HasPrefix(mark, fence) && strings.Trim(line, " \t\r\n"+fence[:1]) == "":
			spans, fence = append(spans, span{opened, end}), ""
		}
		at = end
	}
	if fence != "" {
		spans = append(spans, span{opened, len(text)})
	}
	return spans
}

// fenceOf gives the ``` or ~~~ that a line begins with (CommonMark 0.31, §4.5).
func fenceOf(line string) string {
	trimmed := strings.TrimLeft(line, " ")
	if len(line)-len(trimmed) > 3 || len(trimmed) < 3 || trimmed[0] != '`' && trimmed[0] != '~' {
		return ""
	}
	rest := strings.TrimLeft(trimmed, trimmed[:1])
	if n := len(trimmed) - len(rest); n >= 3 && (trimmed[0] == '~' || !strings.Contains(rest, "`")) {
		return trimmed[:n]
	}
	return ""
}

func inLine(line string, offset int) []span {
	spans := append(backticks(line), urls(line)...)
	spans = append(spans, addresses(line)...)
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.start+offset < out[n-1].end {
			out[n-1].end = max(out[n-1].end, s.end+offset)
			continue
		}
		out = append(out, span{s.start + offset, s.end + offset})
	}
	return out
}

func backticks(line string) []span {
	var spans []span
	var open [8]int // offset+1 of an opening run, by its length
	for i := 0; i < len(line); i++ {
		if line[i] != '`' {
			continue
		}
		start := i
		for i < len(line) && line[i] == '`' {
			i++
		}
		n := min(i-start, len(open)-1)
		if open[n] > 0 {
			spans = append(spans, span{open[n] - 1, i})
			open = [8]int{}
		} else {
			open[n] = start + 1
		}
	}
	return spans
}

func urls(line string) []span {
	var spans []span
	for _, mark := range []string{"://", "www."} {
		for from := 0; ; {
			i := strings.Index(line[from:], mark)
			if i < 0 {
				break
			}
			start := from + i
			for mark == "://" && start > from && isASCIIWord(line[start-1]) {
				start--
			}
			end := from + i + len(mark)
			for end < len(line) {
				r, n := utf8.DecodeRuneInString(line[end:])
				if unicode.IsSpace(r) || strings.ContainsRune(`<>"«»“”`, r) {
					break
				}
				end += n
			}
			spans = append(spans, span{start, end})
			from = end
		}
	}
	return spans
}

func addresses(line string) []span {
	var spans []span
	for from := 0; ; {
		i := strings.IndexByte(line[from:], '@')
		if i < 0 {
			return spans
		}
		at := from + i
		start, end := at, at+1
		for start > from && (isASCIIWord(line[start-1]) || strings.IndexByte("._%+-", line[start-1]) >= 0) {
			start--
		}
		for end < len(line) && (isASCIIWord(line[end]) || strings.IndexByte("._-@", line[end]) >= 0) {
			end++
		}
		if end > at+1 {
			spans = append(spans, span{start, end})
		}
		from = end
	}
}

func isASCIIWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
