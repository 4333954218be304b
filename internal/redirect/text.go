package redirect

import (
	"strings"

	"crieur/internal/article"
)

// block is a heading, a paragraph of lines or a list: plain text taken apart, which
// the template escapes.
type block struct {
	Heading string
	Lines   [][]run
	Items   [][]run
}

// run is a piece of a line; one with an Href is a link.
type run struct{ Text, Href string }

// textBlocks lays out sections; an article without any is split at its blank lines.
func textBlocks(a article.Article) []block {
	sections := a.Sections
	if len(sections) == 0 && strings.TrimSpace(a.Body) != "" {
		body := strings.ReplaceAll(a.Body, "\r\n", "\n")
		sections = []article.Section{{Paragraphs: strings.Split(body, "\n\n")}}
	}
	var blocks []block
	for _, s := range sections {
		if h := strings.TrimSpace(s.Heading); h != "" {
			blocks = append(blocks, block{Heading: h})
		}
		for _, p := range s.Paragraphs {
			if p = strings.TrimSpace(p); p != "" {
				blocks = append(blocks, paragraph(strings.Split(p, "\n")))
			}
		}
	}
	return blocks
}

// paragraph is a list when each of its lines begins with a bullet.
func paragraph(lines []string) block {
	var items [][]run
	for _, line := range lines {
		line = strings.TrimSpace(line)
		for _, bullet := range []string{"- ", "* ", "• ", "– "} {
			if item, ok := strings.CutPrefix(line, bullet); ok {
				items = append(items, runs(strings.TrimSpace(item)))
				break
			}
		}
	}
	// A single line with a dash is speech as often as a list.
	if len(items) == len(lines) && len(items) > 1 {
		return block{Items: items}
	}
	return block{Lines: textLines(lines)}
}

func textLines(lines []string) [][]run {
	all := make([][]run, len(lines))
	for i, line := range lines {
		all[i] = runs(strings.TrimSpace(line))
	}
	return all
}

// runs finds the http(s) addresses in a line.
func runs(line string) []run {
	var all []run
	for {
		start, end := address(line)
		if start < 0 {
			break
		}
		if start > 0 {
			all = append(all, run{Text: line[:start]})
		}
		raw := line[start:end]
		href, _, _ := target(raw)
		all = append(all, run{Text: raw, Href: href})
		line = line[end:]
	}
	if line != "" {
		all = append(all, run{Text: line})
	}
	return all
}

// address is where the first address begins and ends, -1 where there is none. Like
// writers do, it leaves closing punctuation to the sentence, and a closing bracket
// unless the address opened it.
func address(line string) (start, end int) {
	start = strings.Index(line, "https://")
	if plain := strings.Index(line, "http://"); start < 0 || (plain >= 0 && plain < start) {
		start = plain
	}
	if start < 0 {
		return -1, -1
	}
	rest := line[start:]
	if i := strings.IndexFunc(rest, func(r rune) bool { return invisible(r) || strings.ContainsRune("<>\"«»“”", r) }); i >= 0 {
		rest = rest[:i]
	}
	for {
		trimmed := strings.TrimRight(rest, ".,;:!?'’…")
		if strings.HasSuffix(trimmed, ")") && strings.Count(trimmed, ")") > strings.Count(trimmed, "(") {
			trimmed = trimmed[:len(trimmed)-1]
		}
		if trimmed == rest {
			return start, start + len(rest)
		}
		rest = trimmed
	}
}
