package redirect

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// Both tables are built on first use: a command that shows no page need not wait.
var (
	markdown = sync.OnceValue(func() goldmark.Markdown {
		return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify))
	})
	sanitizer = sync.OnceValue(newSanitizer)
)

// newSanitizer lets text, structure and http(s) links through, and no attribute but href.
func newSanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
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
// become links: they would fetch from strangers' servers.
func markdownBody(source string) (template.HTML, error) {
	src := []byte(source)
	doc := markdown().Parser().Parse(text.NewReader(src))
	if err := ast.Walk(doc, lower); err != nil {
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

// lower moves headings one level down and turns images into links. It changes only
// children of the node at hand, which the walk reads afterwards.
func lower(n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if heading, ok := n.(*ast.Heading); ok {
		heading.Level = min(heading.Level+1, 6)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if image, ok := c.(*ast.Image); ok {
			instead := inPlaceOf(image)
			n.ReplaceChild(n, image, instead)
			c = instead
		}
	}
	return ast.WalkContinue, nil
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
