package main

import (
	"fmt"
	"net/url"
	"strings"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/term"
	"crieur/internal/textlen"
)

// How wide posts are drawn: about as the platforms do.
const (
	postColumns = 72
	postsApart  = 3
)

// drawPreview shows an article and its posts as the platforms would, next to each other
// where there is room.
func (l look) drawPreview(p control.Preview) string {
	var b strings.Builder
	l.drawArticle(&b, p.Article, len(p.Article.Repairs))
	b.WriteString("\n" + l.drawPosts(p))
	return b.String()
}

func (l look) drawPosts(p control.Preview) string {
	var b strings.Builder
	wide := min(l.columns, postColumns)
	row := max((l.columns+postsApart)/(wide+postsApart), 1)
	for i := 0; i < len(p.Posts); i += row {
		var blocks [][]string
		for _, post := range p.Posts[i:min(i+row, len(p.Posts))] {
			blocks = append(blocks, l.drawPost(p.Article, post, wide))
		}
		for _, line := range term.Beside(blocks, postsApart) {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

// drawPost is a box with the post, and what is to be said of it below.
func (l look) drawPost(art control.PreviewArticle, p control.PreviewPost, wide int) []string {
	box := term.Box{Left: printed(p.Account), Right: platformName(p.Platform), Columns: wide, Edge: term.Dim}
	if p.Username != "" {
		box.Left += " · @" + printed(p.Username)
	}
	const cells = 12 // of the bar
	box.Foot = fmt.Sprintf("%d/%d %s", p.Length, p.Limit, term.Bar(float64(p.Length), float64(p.Limit), cells))
	var lines []string
	if p.ContentWarning != "" {
		for _, line := range term.Wrap("CW: "+printed(p.ContentWarning), box.Inner()) {
			lines = append(lines, l.in(term.Bold, line))
		}
		lines = append(lines, l.in(term.Dim, "[show more]"))
	}
	lines = append(lines, l.drawText(p, box.Inner())...)
	lines = append(lines, l.attachment(art, p, box.Inner())...)
	out := box.Draw(lines, l.paint)
	note := func(style term.Style, label, text string) {
		for i, line := range term.Hang(fmt.Sprintf("  %-8s ", label), printed(text), wide) {
			if i == 0 {
				line = strings.Replace(line, label, l.in(style, label), 1)
			}
			out = append(out, line)
		}
	}
	if p.CostUSD > 0 {
		note(term.Plain, "costs", fmt.Sprintf("$%.3f: %s", p.CostUSD, p.CostReason))
	}
	for i := range p.Dropped {
		note(term.Loud, "dropped", droppedInWords(p, i))
	}
	for _, w := range p.Warnings {
		note(term.Loud, "warning", w)
	}
	if r := p.Receipt; r != nil {
		note(term.Good, "posted", r.PostID+"  "+r.URL)
	}
	return append(out, "")
}

// drawText wraps a post's text, with its links as the platform shows them.
func (l look) drawText(p control.PreviewPost, columns int) (lines []string) {
	text, links := shownLinks(p)
	for _, line := range term.Wrap(text, columns) {
		words := strings.Split(printed(line), " ")
		for i, w := range words {
			bare := strings.TrimRight(w, ".,;:!?…")
			if links[w] || links[bare] || len(w) > 1 && strings.ContainsAny(w[:1], "#@") {
				words[i] = l.in(term.Link, w)
			}
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}

// shownLinks is a post's text as people see it. Whatever the platform makes a link of
// is one, wanted or not.
func shownLinks(p control.PreviewPost) (text string, links map[string]bool) {
	links = map[string]bool{}
	spans, shown := textlen.MastodonURLs(p.Text), shownByMastodon
	if p.Platform == config.PlatformX {
		spans, shown = textlen.XURLs(p.Text), shownByX
	}
	var b strings.Builder
	end := 0
	for _, s := range spans {
		link := shown(p.Text[s.Start:s.End])
		links[link] = true
		b.WriteString(p.Text[end:s.Start] + link)
		end = s.End
	}
	return b.String() + p.Text[end:], links
}

// shownByX is a link's display_url: without scheme and "www.", the domain whole, and at
// most 15 characters after it.
func shownByX(link string) string {
	const after = 15
	host, rest := bareLink(link)
	return host + shortened(rest, after)
}

// shownByMastodon is a link without scheme and "www.", 30 characters of it (Mastodon's
// app/lib/text_formatter.rb).
func shownByMastodon(link string) string {
	const most = 30
	host, rest := bareLink(link)
	return shortened(host+rest, most)
}

func bareLink(link string) (host, rest string) {
	if _, after, ok := strings.Cut(link, "://"); ok {
		link = after
	}
	link = strings.TrimPrefix(link, "www.")
	if i := strings.IndexByte(link, '/'); i >= 0 {
		return link[:i], link[i:]
	}
	return link, ""
}

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// attachment is what stands below the text: the picture, else the card of the page that
// the post links. Neither platform shows both.
func (l look) attachment(art control.PreviewArticle, p control.PreviewPost, columns int) []string {
	if p.Media != nil {
		return append([]string{""}, l.drawPicture(*p.Media, columns)...)
	}
	page, err := url.Parse(art.URL)
	if err != nil || !strings.Contains(p.Text, art.URL) {
		return nil
	}
	domain := page.Hostname()
	card := term.Box{Columns: min(columns, 60), Edge: term.Dim}
	title := term.Wrap(printed(art.Title), card.Inner())
	for i := range title {
		title[i] = l.in(term.Bold, title[i])
	}
	image := l.in(term.Dim, "[share image]")
	if p.Platform == config.PlatformX { // the domain stands below the card
		return append(append([]string{""}, card.Draw(append([]string{image}, title...), l.paint)...), l.in(term.Dim, "From "+domain))
	}
	return append([]string{""}, card.Draw(append([]string{image, l.in(term.Dim, domain)}, title...), l.paint)...)
}

// drawPicture is what is known of an attached picture: what it is, and what those learn
// of it who do not see it.
func (l look) drawPicture(m control.Media, columns int) []string {
	frame := term.Box{Columns: min(columns, 60), Edge: term.Dim}
	var lines []string
	for _, line := range term.Wrap("["+pictureKind(m)+"]", frame.Inner()) {
		lines = append(lines, l.in(term.Dim, line))
	}
	if m.Alt == "" {
		return frame.Draw(append(lines, l.in(term.Loud, "no alt text")), l.paint)
	}
	for i, line := range term.Hang("ALT ", printed(strings.Join(strings.Fields(m.Alt), " ")), frame.Inner()) {
		if i == 0 {
			line = strings.Replace(line, "ALT", l.in(term.Bold, "ALT"), 1)
		}
		lines = append(lines, line)
	}
	return frame.Draw(lines, l.paint)
}

func printed(s string) string { return term.Printable(s) }
