package article

import (
	"fmt"
	"strings"
)

// frontMatter cuts the front matter off, if there is any: mark is "---" (YAML) or "+++" (TOML).
func frontMatter(text string) (mark, head, body string, headLine, bodyLine int, err error) {
	lines := strings.Split(text, "\n")
	first := 0
	for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	mark = frontMark(text)
	if mark == "" {
		return "", "", text, 0, 1, nil
	}
	for i := first + 1; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		if line == mark || mark == "---" && line == "..." {
			return mark, strings.Join(lines[first+1:i], "\n"), strings.Join(lines[i+1:], "\n"), first + 2, i + 2, nil
		}
	}
	return mark, "", "", first + 1, 0, fmt.Errorf("front matter is not closed: end it with a line %q", mark)
}

// frontMark is the mark that a text with front matter begins with, or "".
func frontMark(text string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, " \t\n"), "\n")
	if line = strings.TrimRight(line, " \t"); line == "---" || line == "+++" {
		return line
	}
	return ""
}
