package redirect

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Both tables are built on first use: a command that shows no page need not wait.
var (
	markdown = sync.OnceValue(func() goldmark.Markdown {
		// By style, which the policy of the page forbids, no cell would be aligned.
		table := extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))
		return goldmark.New(goldmark.WithExtensions(table, extension.Strikethrough, extension.Linkify, extension.Footnote))
	})
	sanitizer = sync.OnceValue(newSanitizer)
)

// newSanitizer lets text, structure and http(s) links through, and of attributes only href
// and what fitter sets.
func newSanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote",
		"ul", "ol", "li", "sup", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile("^" + selfSaying + "$")).OnElements("a")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("table")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|center|right)$`)).OnElements("th", "td")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	for _, scheme := range []string{"http", "https"} {
		p.AllowURLSchemeWithCustomPolicy(scheme, acceptable)
	}
	p.RequireNoReferrerOnLinks(false)
	p.RequireNoFollowOnLinks(false)
	return p
}

// markdownBody renders Markdown below the page's own h1. Raw HTML is left out, images
// become links: they would fetch from strangers' servers. Notes stand at the end, without
// links to and fro: a link within the page would not keep it from leading on.
func markdownBody(source string) (template.HTML, error) {
	src := []byte(source)
	doc := markdown().Parser().Parse(text.NewReader(src))
	if err := ast.Walk(doc, new(fitter).fit); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	var buf bytes.Buffer
	if err := markdown().Renderer().Render(&buf, src, doc); err != nil {
		return "", fmt.Errorf("markdown: %w", err)
	}
	return template.HTML(bytes.TrimSpace(sanitizer().SanitizeBytes(buf.Bytes()))), nil
}

// acceptable holds links in a body to the rule of all others.
func acceptable(u *url.URL) bool {
	_, _, ok := target(u.String())
	return ok
}

// selfSaying is the class of links whose text is their address: on paper it stands there once.
const selfSaying = "said"

// fitter makes a document fit into the page.
type fitter struct{ above []int } // levels of the headings that the latest stands below, and its own

// fit changes only the node at hand and its children, which the walk reads afterwards.
func (f *fitter) fit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := n.(type) {
	case *ast.Heading:
		n.Level = f.level(n.Level)
	case *east.Table:
		n.SetAttributeString("tabindex", "0") // a wide one is scrolled, by keyboard too
	case *ast.AutoLink:
		n.SetAttributeString("class", selfSaying)
	}
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		switch c := c.(type) {
		case *ast.Image:
			n.ReplaceChild(n, c, inPlaceOf(c))
		case *east.FootnoteBacklink:
			n.RemoveChild(n, c)
		}
		c = next
	}
	return ast.WalkContinue, nil
}

// level is that of the next heading below the page's own: people begin with "##" as often
// as with "#", and who hears a page read out is lost where a level is left out.
func (f *fitter) level(written int) int {
	for len(f.above) > 0 && f.above[len(f.above)-1] >= written {
		f.above = f.above[:len(f.above)-1]
	}
	f.above = append(f.above, written)
	return min(len(f.above)+1, 6)
}

// inPlaceOf is a link with the image's description, or, inside of a link, the
// description alone; an address must do where there is none.
func inPlaceOf(image *ast.Image) ast.Node {
	var instead ast.Node = ast.NewEmphasis(1)
	if !insideLink(image) {
		link := ast.NewLink()
		link.Destination = image.Destination
		instead = link
	}
	if !image.HasChildren() {
		instead.SetAttributeString("class", selfSaying)
		instead.AppendChild(instead, ast.NewString(image.Destination))
	}
	for image.HasChildren() {
		instead.AppendChild(instead, image.FirstChild())
	}
	return instead
}

func insideLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}
