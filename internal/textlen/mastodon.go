package textlen

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// rubySpace is what Ruby's String#strip! takes off both ends.
const rubySpace = "\x00\t\n\v\f\r "

// Mastodon returns the count that a Mastodon-compatible server compares with its limit:
// extended grapheme clusters of content warning and text, where in the text a link
// counts 23 (or what the instance says) and @user@host counts @user.
func Mastodon(text, contentWarning string, i Instance) int {
	placeholder := strings.Repeat("x", urlLength)
	if i.URLLength > 0 {
		placeholder = strings.Repeat("x", i.URLLength)
	}
	warning := strings.Trim(contentWarning, rubySpace)
	body := strings.Trim(text, rubySpace)
	n := clusters(warning + countable(body, placeholder))
	if strings.TrimSpace(body) == "" {
		// The server takes a warning without text for the text, links and all.
		n = max(n, clusters(countable(warning, placeholder)))
	}
	if i.CodePoints {
		n = max(n, utf8.RuneCountInString(contentWarning)+utf8.RuneCountInString(text))
	}
	return n
}

func clusters(s string) int {
	n := 0
	for it := graphemes.FromString(s); it.Next(); {
		n++
	}
	return n
}

// countable is the text as Mastodon counts it, each link replaced by the placeholder
// and each remote mention by its local part; nothing if the text is blank.
func countable(text, placeholder string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, e := range mastodonEntities(text) {
		b.WriteString(text[at:e.Start])
		at = e.End
		full := text[e.Start:e.End]
		switch {
		case !e.url:
			b.WriteString(full[:e.localEnd-e.Start])
		case e.doubtful && clusters(full) > len(placeholder):
			b.WriteString(full)
		default:
			b.WriteString(placeholder)
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// entity is what Mastodon counts for less, or more, than it is long.
type entity struct {
	Span
	url      bool
	doubtful bool // a URL that the server may refuse
	localEnd int  // of a mention: where "@user" ends
}

// mastodonEntities returns links and mentions in order; of two that overlap, the first.
func mastodonEntities(text string) []entity {
	links, mentions := mastodonLinks(text), mastodonMentions(text)
	all := make([]entity, 0, len(links)+len(mentions))
	end := 0
	for len(links)+len(mentions) > 0 {
		next := &mentions
		if len(mentions) == 0 || len(links) > 0 && links[0].Start < mentions[0].Start {
			next = &links
		}
		if e := (*next)[0]; e.Start >= end {
			all = append(all, e)
			end = e.End
		}
		*next = (*next)[1:]
	}
	return all
}

// MastodonURLs returns the links that a Mastodon server counts as URLs, in order;
// only those with a scheme are, bare domains are not.
func MastodonURLs(text string) []Span {
	var spans []Span
	for _, e := range mastodonEntities(text) {
		if e.url {
			spans = append(spans, e.Span)
		}
	}
	return spans
}
