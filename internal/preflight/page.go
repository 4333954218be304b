package preflight

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxPage is what a bot reads of a page, in bytes.
const maxPage = 1 << 20

// checkPage reports what is wrong with the answer itself; ok: there is a head to look at.
func checkPage(a answer, say func(finding)) (h head, ok bool) {
	if a.status != http.StatusOK {
		say(finding{"page status", fmt.Sprint(a.status), "let the page's address answer 200, to bots too"})
		return head{}, false
	}
	declared := a.header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(declared); err != nil || kind != "text/html" {
		say(finding{"page Content-Type", fmt.Sprintf("%q", declared), "serve the page as text/html; charset=utf-8"})
		return head{}, false
	}
	h = readHead(a.body)
	if a.more && !h.ended {
		say(finding{"page head", "longer than 1 MiB", "bots read no further: put the meta tags first, styles and data after them"})
	}
	checkCharset(charsetOf(declared), h.charset, a, say)
	return h, true
}

func checkCharset(header, meta string, a answer, say func(finding)) {
	isUTF8 := func(name string) bool { return name == "utf-8" || name == "utf8" }
	const way = "serve the page as text/html; charset=utf-8"
	if header != "" && !isUTF8(header) {
		say(finding{"page charset in Content-Type", fmt.Sprintf("%q", header), way})
	}
	if meta != "" && !isUTF8(meta) {
		say(finding{"page charset in meta", fmt.Sprintf("%q", meta), `write <meta charset="utf-8">`})
	}
	if header == "" && meta == "" && !bytes.HasPrefix(a.body, []byte("\ufeff")) {
		say(finding{"page charset", "not declared", way})
	}
	body := a.body
	if a.more {
		body = wholeRunes(body)
	}
	if !utf8.Valid(body) {
		say(finding{"page text", "not valid UTF-8", "store and serve the page as UTF-8"})
	}
}

// wholeRunes drops the start of a character that the limit cut in two.
func wholeRunes(b []byte) []byte {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return b[:i]
			}
			break
		}
	}
	return b
}

// checkHead reports tags that are missing or speak of another page.
func checkHead(h head, page *url.URL, b Bot, say func(finding)) {
	if h.ogTitle == "" {
		say(finding{"og:title", "missing or empty", `write <meta property="og:title" content="…"> into the head`})
	}
	if b.TwitterTags {
		switch h.card {
		case "summary", "summary_large_image", "app", "player":
		case "":
			say(finding{"twitter:card", "missing or empty", `write <meta name="twitter:card" content="summary_large_image"> into the head`})
		default:
			say(finding{"twitter:card", fmt.Sprintf("%q", h.card), "X knows summary and summary_large_image"})
		}
	}
	if h.canonical == "" {
		say(finding{"canonical", "missing", fmt.Sprintf(`nothing tells that this is the article's page: let the web server lead to crieur's pages, which have <link rel="canonical" href="%s">`, page)})
	}
	checkOwn("canonical", h.canonical, page, say)
	checkOwn("og:url", h.ogURL, page, say)
}

// checkOwn reports an address of itself that the page gives and that is not page.
func checkOwn(thing, value string, page *url.URL, say func(finding)) {
	if value == "" {
		return
	}
	own, err := page.Parse(value)
	switch {
	case err != nil || !isWeb(own):
		say(finding{thing, fmt.Sprintf("%q", value), "write the page's address, " + page.String()})
	case plainForm(own) == plainForm(page):
	case hostOf(own) != hostOf(page):
		say(finding{thing, fmt.Sprintf("%q, another host", value), "Mastodon ignores it: let it and site.base_url name the same host; want " + page.String()})
	default:
		say(finding{thing, fmt.Sprintf("%q, another page", value), "another page answers here, or the scheme differs: let the web server lead to the article's page; want " + page.String()})
	}
}

// plainForm is the same text for addresses that mean the same.
func plainForm(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return strings.ToLower(u.Scheme) + "://" + hostOf(u) + path + "?" + u.RawQuery
}

// hostOf is the host in lower case, with the port unless it is the scheme's own.
func hostOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		return host
	}
	return host + ":" + port
}

// charsetOf is the charset of a Content-Type in lower case, empty when it has none.
func charsetOf(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.ToLower(params["charset"])
}
