package mastodon

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readContent returns what people read of a status in HTML, and where its links lead.
// Mastodon hides parts of a link from the eye, not from the text.
func readContent(content string) (text string, links []string) {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(content)) // a tree is not needed, and could be deep
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: reading from memory does not fail otherwise
			return strings.TrimSpace(b.String()), links
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch atom.Lookup(name) {
			case atom.Br:
				b.WriteByte('\n')
			case atom.A:
				links = append(links, hrefs(z, more)...)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.P {
				b.WriteString("\n\n")
			}
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func hrefs(z *html.Tokenizer, more bool) []string {
	var found []string
	for more {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == "href" {
			found = append(found, string(value))
		}
	}
	return found
}

// fullMention is @user@host, of which servers show @user alone.
var fullMention = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(@[\p{L}\p{N}_.-]+)@[\p{L}\p{N}.-]+[\p{L}\p{N}]`)
})

func shortMentions(text string) string { return fullMention().ReplaceAllString(text, "$1") }
