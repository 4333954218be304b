package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxHeading is the longest heading of plain text, in characters.
const maxHeading = 80

// textSections splits plain text at its headings: a short line alone between blank
// lines, without end punctuation. The last block is no heading: nothing is below it.
func textSections(blocks []block) []Section {
	return sections(blocks, func(i int) (string, bool) {
		return blocks[i].lines[0], i+1 < len(blocks) && isTextHeading(blocks[i])
	})
}

// markdownSections splits Markdown at its headings of any level.
func markdownSections(blocks []block, plain func(string) string) []Section {
	return sections(blocks, func(i int) (string, bool) {
		if markdownLevel(blocks[i]) == 0 {
			return "", false
		}
		return oneLine(plain(blocks[i].text())), true
	})
}

func sections(blocks []block, heading func(int) (string, bool)) []Section {
	var out []Section
	for i, b := range blocks {
		if h, ok := heading(i); ok {
			out = append(out, Section{Heading: h})
			continue
		}
		if out == nil {
			out = []Section{{}}
		}
		last := &out[len(out)-1]
		last.Paragraphs = append(last.Paragraphs, b.text())
	}
	return out
}

// isTextHeading tells a heading of plain text by its form alone.
func isTextHeading(b block) bool {
	return len(b.lines) == 1 && isShortLine(b.lines[0])
}

func isShortLine(line string) bool {
	if utf8.RuneCountInString(line) > maxHeading || strings.Contains(line, "://") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	letters := strings.IndexFunc(line, unicode.IsLetter) >= 0
	return letters && !strings.ContainsRune("-–—•*·#>|", first) && !strings.ContainsRune(".!?…:;,。！？؟»”\"", last)
}
