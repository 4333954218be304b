package sandbox

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"crieur/internal/textlen"
)

// link is a URL in a post, as X shows it.
type link struct {
	short, expanded, display string
	media                    string // ID of the picture that it is X's own link to; empty: the author's
	start, end               int    // in the rendered text, in characters
}

// render returns the text of a post as X answers it: links replaced by t.co, and
// the three characters that HTML minds escaped.
func render(p *Post) (string, []link) {
	var b strings.Builder
	var links []link
	done := 0
	for i, span := range textlen.XURLs(p.Text) {
		b.WriteString(escapeText(p.Text[done:span.Start]))
		l := shorten(p.ID, i, p.Text[span.Start:span.End])
		l.start = utf8.RuneCountInString(b.String())
		l.end = l.start + utf8.RuneCountInString(l.short)
		b.WriteString(l.short)
		links = append(links, l)
		done = span.End
	}
	b.WriteString(escapeText(p.Text[done:]))
	if len(p.Media) > 0 { // one link stands for all pictures
		l := shorten(p.ID, len(links), p.URL+"/photo/1")
		l.media, l.display = p.Media[0].ID, "pic.x.com/"+l.short[len("https://t.co/"):]
		b.WriteString(" ")
		l.start = utf8.RuneCountInString(b.String())
		l.end = l.start + utf8.RuneCountInString(l.short)
		b.WriteString(l.short)
		links = append(links, l)
	}
	return b.String(), links
}

func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// shorten gives the n-th URL of a post its t.co link, the same whenever it is asked.
func shorten(id string, n int, url string) link {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", id, n))
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	code := make([]byte, 10)
	for i := range code {
		code[i] = letters[int(sum[i])%len(letters)]
	}
	expanded := url
	if i := strings.Index(url, "://"); i < 0 || i > len("https") {
		expanded = "http://" + url // a bare domain
	}
	return link{short: "https://t.co/" + string(code), expanded: escapeText(expanded), display: escapeText(display(expanded))}
}

// display drops scheme and www and cuts the path after fifteen characters.
func display(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	rest = strings.TrimPrefix(rest, "www.")
	host, path, found := strings.Cut(rest, "/")
	if !found || path == "" {
		return host
	}
	if runes := []rune(path); len(runes) > 14 {
		path = string(runes[:14]) + "…"
	}
	return host + "/" + path
}

// v2Entities is the entities object of a post in v2, nil if it has no links.
func v2Entities(links []link) map[string]any {
	if len(links) == 0 {
		return nil
	}
	urls := make([]map[string]any, len(links))
	for i, l := range links {
		urls[i] = map[string]any{"start": l.start, "end": l.end, "url": l.short, "expanded_url": l.expanded, "display_url": l.display}
		if l.media != "" {
			urls[i]["media_key"] = "3_" + l.media
		}
	}
	return map[string]any{"urls": urls}
}

// v11Entities is the entities object of a post in v1.1.
func v11Entities(links []link) map[string]any {
	urls, media := []map[string]any{}, []map[string]any{}
	for _, l := range links {
		v := map[string]any{"indices": [2]int{l.start, l.end}, "url": l.short, "expanded_url": l.expanded, "display_url": l.display}
		if l.media == "" {
			urls = append(urls, v)
			continue
		}
		v["id_str"], v["type"] = l.media, "photo"
		media = append(media, v)
	}
	all := map[string]any{"urls": urls, "hashtags": []any{}, "user_mentions": []any{}, "symbols": []any{}}
	if len(media) > 0 {
		all["media"] = media
	}
	return all
}
