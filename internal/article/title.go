package article

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

const (
	maxTitle   = 300 // characters, of a title that is given
	maxDerived = 120 // characters, of a title that is taken from the teaser
)

// titleOf takes a title from a teaser: up to its first emoji or the end of its first
// sentence or line. Emoji that the teaser begins with are skipped.
func titleOf(teaser string) string {
	it := graphemes.FromString(teaser)
	start, end := -1, len(teaser)
	for it.Next() {
		c, at := it.Value(), it.Start()
		if isEmoji(c) {
			if start >= 0 {
				end = at
				break
			}
			continue
		}
		if start < 0 {
			if strings.TrimSpace(c) == "" {
				continue
			}
			start = at
		}
		if c == "\n" {
			end = at
			break
		}
		if after := at + len(c); endsSentence(teaser[start:after], teaser[after:]) {
			end = after
			break
		}
	}
	if start < 0 {
		return shorten(oneLine(teaser)) // nothing but emoji
	}
	title := oneLine(teaser[start:end])
	if !strings.HasSuffix(title, "..") {
		title = strings.TrimSpace(strings.TrimSuffix(title, ".")) // a full stop, but no ellipsis
	}
	if title == "" {
		return shorten(oneLine(teaser))
	}
	return shorten(title)
}

// shorten cuts a derived title at a word, within maxDerived characters.
func shorten(title string) string {
	if utf8.RuneCountInString(title) <= maxDerived {
		return title
	}
	it := graphemes.FromString(title)
	cut, word, n := 0, 0, 0
	for it.Next() {
		n += utf8.RuneCountInString(it.Value())
		if isBlank(rune(it.Value()[0])) {
			word = it.Start()
		}
		if n >= maxDerived {
			break
		}
		cut = it.End()
	}
	if word > cut/2 {
		cut = word
	}
	return strings.TrimSpace(title[:cut]) + "…"
}

// isTitleLine tells whether plain text begins with a title of its own: a short line
// without end punctuation, hashtag or emoji, and then a paragraph that can only be
// the teaser, for it has hashtags at its end or stands right above the source.
func isTitleLine(blocks []block) bool {
	if len(blocks) < 2 || len(blocks[0].lines) != 1 {
		return false
	}
	line := blocks[0].lines[0]
	if !isShortLine(line) || hasEmoji(line) || strings.Contains(line, "#") {
		return false
	}
	for i, l := range blocks[1].lines {
		if _, ok := labelled(l); ok {
			return i > 0
		}
	}
	if text, tags := takeTags(blocks[1].text()); len(tags) > 0 {
		return text != ""
	}
	if len(blocks) < 3 || isTextHeading(blocks[1]) {
		return false
	}
	_, ok := labelled(blocks[2].lines[0])
	return ok
}
