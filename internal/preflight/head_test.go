package preflight

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTheHeadIsReadAsBotsDo(t *testing.T) {
	for _, c := range []struct {
		name, page string
		want       head
	}{
		{"either attribute, any case, first wins", `<META PROPERTY="OG:Title" CONTENT="a"><meta name=og:title content=b></head>`, head{ogTitle: "a", ended: true}},
		{"an empty one does not count", `<meta property="og:title" content=" "><meta property="og:title" content="b">`, head{ogTitle: "b"}},
		{"entities", `<meta property="og:title" content="a &amp; b &eacute;">`, head{ogTitle: "a & b é"}},
		{"words of rel", `<link rel="x Canonical" href=" /a "><link rel=canonical href=/b>`, head{canonical: "/a"}},
		{"nothing after the head", `</head><meta property="og:title" content="a">`, head{ended: true}},
		{"a body ends the head", `<body><meta property="og:title" content="a">`, head{ended: true}},
		{"raw text hides", `<title><meta property="og:title" content="a"></title><noscript><link rel=canonical href=/n></noscript><meta name="twitter:card" content="summary">`, head{card: "summary"}},
		{"an attribute given twice", `<meta property="og:title" property="og:url" content="a">`, head{ogTitle: "a"}},
		{"cut in a tag", `<meta property="og:title" content="a`, head{}},
	} {
		if diff := cmp.Diff(c.want, readHead([]byte(c.page)), cmp.AllowUnexported(head{})); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func FuzzReadHead(f *testing.F) {
	home := &url.URL{Scheme: "https", Host: "example.org", Path: "/a"}
	f.Add([]byte(`<head><meta charset=utf-8><meta property="og:title" content="a"></head>`), uint16(3))
	f.Add([]byte(`<!--<script><meta name="twitter:card" content=x></script>--><link rel=canonical href="//e">`), uint16(0))
	f.Add([]byte("<meta property=og:title content=\xff></title><plaintext></head>"), uint16(9))
	f.Fuzz(func(t *testing.T, page []byte, cut uint16) {
		h := readHead(page)
		// What follows the head's end changes nothing.
		if h.ended && readHead(append(page[:len(page):len(page)], `<meta property="og:title" content="later"></head>`...)) != h {
			t.Error("what follows the head changes it")
		}
		for _, v := range []string{h.charset, h.canonical, h.ogURL, h.ogTitle, h.ogImage, h.xImage, h.card} {
			if v != strings.TrimSpace(v) {
				t.Errorf("%q has space around", v)
			}
		}
		// A shorter page ends no head that the whole does not.
		if part := readHead(page[:min(int(cut), len(page))]); part.ended && !h.ended {
			t.Error("the part ends a head, the whole does not")
		}
		var r report
		checkHead(h, home, X(), func(f finding) { r.add("X", f) })
		for _, line := range r.lines() {
			if !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r\x1b") {
				t.Errorf("finding %q", line)
			}
		}
	})
}
