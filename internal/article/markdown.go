package article

import (
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// notProse matches the beginnings of lists, quotes, tables, rules, images and HTML.
var notProse = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?: {4}|\t| {0,3}(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|>|\||!\[|<|[-*_](?:[ \t]*[-*_]){2,}[ \t]*$))`)
})

// isProse tells a Markdown paragraph from every other block.
func isProse(b block) bool { return !b.code && !notProse().MatchString(b.lines[0]) }

// isMarkdown tells Markdown without front matter, whatever its name: it begins with
// a heading ("#" and a blank; a hashtag has no blank).
func isMarkdown(s string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.HasPrefix(first, "#") && atx().MatchString(first)
}

// plainer returns a function that makes a Markdown paragraph or heading what people
// read: without marks, with the text of links, with entities decoded once. Beyond
// most bytes the text comes back as it is; no teaser or heading is that long.
func plainer() func(string) string {
	const most = 1 << 16
	p := goldmark.DefaultParser()
	return func(s string) string {
		if len(s) > most {
			return s
		}
		source := []byte(s)
		var out strings.Builder
		// Walk only fails when the function given to it does.
		_ = ast.Walk(p.Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			switch n := n.(type) {
			case *ast.Text:
				writeText(&out, n, source)
			case *ast.AutoLink:
				out.Write(n.Label(source))
			}
			return ast.WalkContinue, nil
		})
		return strings.TrimSpace(out.String())
	}
}

// escaped matches what Markdown leaves to the renderer: escapes and entities.
var escaped = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|" + entity().String())
})

func writeText(out *strings.Builder, n *ast.Text, source []byte) {
	value := string(n.Segment.Value(source))
	if _, code := n.Parent().(*ast.CodeSpan); !code {
		value = escaped().ReplaceAllStringFunc(value, func(e string) string {
			if e[0] == '\\' {
				return e[1:]
			}
			decoded, _ := decodeEntities(e)
			return decoded
		})
	}
	out.WriteString(value)
	if n.SoftLineBreak() || n.HardLineBreak() {
		out.WriteByte('\n')
	}
}
