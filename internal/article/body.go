package article

import (
	"cmp"
	"slices"
	"strings"
)

// readBody drops the furniture of the mended body, and takes out of it what the fields
// leave open: source, title, teaser and the hashtags below the teaser.
func (r *reader) readBody(a *Article, d draft) {
	markdown := a.Format == formatMarkdown
	split, plain := textBlocks, func(s string) string { return s }
	if markdown {
		split = markdownBlocks
		read := plainer()
		// Decoded entities are new characters, to be cleaned as all others.
		plain = func(s string) string {
			first, _, _ := strings.Cut(s, "\n")
			return r.clean(part{key: "body", line: r.lineWith(d.bodyLine, first)}, s, read(s))
		}
	}
	blocks := dropFurniture(split(a.Body))
	titled := !markdown && a.Title == "" && a.Teaser == "" && isTitleLine(blocks)
	blocks = r.sourceOf(a, d, blocks)
	first := d.firstLine()
	if titled {
		a.Title, blocks = blocks[0].lines[0], blocks[1:]
		r.place("title", first)
	}
	if markdown {
		blocks = r.headline(a, blocks, plain, first)
	}
	if a.Teaser == "" {
		r.place("teaser", first)
		blocks = takeTeaser(a, blocks, markdown, plain)
	}
	a.Body = joinBlocks(blocks)
	if markdown {
		a.Sections = markdownSections(blocks, plain)
	} else {
		a.Sections = textSections(blocks)
	}
}

// place remembers where a part of the body stands, for errors.
func (r *reader) place(key string, line int) { r.fields[key] = field{key: key, line: line} }

// firstLine is the line of the file on which the body's text begins.
func (d draft) firstLine() int {
	if !d.spread {
		return d.bodyLine
	}
	text := strings.TrimLeft(d.Body, " \t\n")
	return d.bodyLine + strings.Count(d.Body[:len(d.Body)-len(text)], "\n")
}

// sourceOf takes the source line. A field goes before it; the line then goes only if
// it repeats the field, for otherwise it is a second source, which readers should see.
func (r *reader) sourceOf(a *Article, d draft, blocks []block) []block {
	rest, value, others := takeSource(blocks)
	r.secondSources(a, d, value, others)
	switch {
	case a.Source == value:
		return rest
	case a.Source != "":
		return blocks
	}
	a.Source = value
	r.place("source", cmp.Or(r.lineOf(value), d.bodyLine))
	return rest
}

// secondSources warns of addresses that a source label names besides the one that is kept.
func (r *reader) secondSources(a *Article, d draft, value string, others []string) {
	kept, line := a.Source, r.fields["source"].line
	if kept == "" {
		kept, line = value, cmp.Or(r.lineOf(value), d.bodyLine)
	}
	seen := map[string]bool{Article{Source: kept}.CanonicalSource(): true}
	for _, other := range others {
		if page := (Article{Source: other}).CanonicalSource(); !seen[page] && len(seen) <= maxLost {
			seen[page] = true
			r.warn(cmp.Or(r.lineOf(other), d.bodyLine), "a second source, %s, is not used: %s is the source (line %d)", quote(other), quote(kept), line)
		}
	}
}

// headline takes Markdown's first heading of level one as the title, or drops it when
// it only repeats the title.
func (r *reader) headline(a *Article, blocks []block, plain func(string) string, line int) []block {
	if len(blocks) == 0 || markdownLevel(blocks[0]) != 1 {
		return blocks
	}
	heading := oneLine(plain(blocks[0].text()))
	switch {
	case strings.EqualFold(heading, a.Title):
	case a.Title != "" || heading == "":
		return blocks
	default:
		a.Title = heading
		r.place("title", line)
	}
	return blocks[1:]
}

// takeTeaser takes the first paragraph, and the line of hashtags below it. In Markdown
// images and the like may stand above it, but no heading.
func takeTeaser(a *Article, blocks []block, markdown bool, plain func(string) string) []block {
	at := 0
	for ; markdown && at < len(blocks) && !isProse(blocks[at]); at++ {
		if markdownLevel(blocks[at]) > 0 {
			return blocks
		}
	}
	if at >= len(blocks) || markdown && markdownLevel(blocks[at]) > 0 {
		return blocks
	}
	a.Teaser = oneLine(plain(blocks[at].text()))
	end := at + 1
	if end < len(blocks) && !blocks[end].code {
		if text, tags := takeTags(blocks[end].text()); text == "" && len(tags) > 0 {
			a.Teaser += " " + oneLine(blocks[end].text())
			end++
		}
	}
	return slices.Delete(slices.Clone(blocks), at, end)
}
