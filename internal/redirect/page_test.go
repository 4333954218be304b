package redirect

import (
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
)

func TestPagesReadAsTheyShould(t *testing.T) {
	golden(t, "french.html", []byte(mustRender(t, frenchPage())))
	golden(t, "english-markdown.html", []byte(mustRender(t, englishPage())))
	golden(t, "bare.html", []byte(mustRender(t, Page{Slug: "bare"})))
	golden(t, "arabic.html", []byte(mustRender(t, Page{Slug: "khabar", Delay: 1500 * time.Millisecond, Forward: "https://example.org/خبر",
		Article: article.Article{Title: "خبر", Language: "ar", Source: "https://example.org/خبر"}})))
}

func TestThePageFollowsTheReadersLight(t *testing.T) {
	page := mustRender(t, frenchPage())
	for _, want := range []string{"@media (prefers-color-scheme:dark)", "color-scheme:light dark", `name="viewport" content="width=device-width, initial-scale=1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %s", want)
		}
	}
}

func TestTheNoticeOfTheForwardSpeaksTheArticlesLanguage(t *testing.T) {
	for _, c := range []struct{ language, want string }{
		{"fr", `<p class="forward">Redirection vers <a href="https://example.org/">example.org</a> dans 5` + "\u00a0s…"},
		{"fr-CA", `<p class="forward">Redirection vers <a`},
		{"en", `<p class="forward">Forwarding to <a href="https://example.org/">example.org</a> in 5` + "\u00a0s…"},
		{"de", `<p class="forward" lang="en" dir="ltr">Forwarding to <a`},
		{"", `<p class="forward" lang="en" dir="ltr">Forwarding to <a`},
	} {
		page := mustRender(t, Page{Slug: "s", Forward: "https://example.org/", Delay: 5 * time.Second, Article: article.Article{Title: "T", Language: c.language}})
		if !strings.Contains(page, c.want) {
			t.Errorf("language %q: page lacks %s:\n%s", c.language, c.want, page)
		}
	}
}

func TestTheForwardWaitsWholeSeconds(t *testing.T) {
	for delay, want := range map[time.Duration]string{
		0: `content="0; url=https://example.org/"`, -time.Second: `content="0; url=`, time.Millisecond: `content="1; url=`,
		5 * time.Second: `content="5; url=`, 5001 * time.Millisecond: `content="6; url=`, time.Hour: `content="3600; url=`,
	} {
		page := mustRender(t, Page{Slug: "s", Forward: "https://example.org/", Delay: delay})
		if !strings.Contains(page, `<meta http-equiv="refresh" `+want) {
			t.Errorf("delay %v: page lacks %s:\n%s", delay, want, page)
		}
	}
}

func TestWithoutATargetThereIsNoForward(t *testing.T) {
	own := "https://crieur.example.org/s"
	for _, forward := range []string{"", own, "javascript:alert(1)", "/relative", "ftp://example.org/"} {
		page := mustRender(t, Page{Slug: "s", URL: own, Forward: forward, Delay: time.Second})
		if strings.Contains(page, "refresh") || strings.Contains(page, "Forwarding") {
			t.Errorf("forward %q leads somewhere:\n%s", forward, page)
		}
	}
}

func TestDatesAreWrittenInTheArticlesLanguage(t *testing.T) {
	first := time.Date(2026, 8, 1, 0, 30, 0, 0, time.FixedZone("CEST", 7200))
	for language, want := range map[string]string{"fr": ">1er août 2026<", "en": ">1 August 2026<", "de": ">1 August 2026<"} {
		page := mustRender(t, Page{Slug: "s", PublishedAt: first, Article: article.Article{Language: language}})
		if !strings.Contains(page, want) || !strings.Contains(page, `datetime="2026-07-31T22:30:00Z"`) {
			t.Errorf("%s: page lacks %s or its machine form:\n%s", language, want, page)
		}
	}
}

func TestLanguageTagsThatAreNoneAreUnknown(t *testing.T) {
	for tag, want := range map[string]string{"fr": "fr", "pt-BR": "pt-BR", "zh-Hant-TW": "zh-Hant-TW", "en_GB": "en-GB", "de-1996": "de-1996",
		"": "", "x": "", "français": "", "fr\" onload=": "", "12": "", "fr--ca": "", "abcdefghi": ""} {
		if got := languageTag(tag); got != want {
			t.Errorf("%q: got %q, want %q", tag, got, want)
		}
	}
}

func TestTextIsLaidOutByRule(t *testing.T) {
	for _, c := range []struct {
		name string
		a    article.Article
		want string
	}{
		{"line breaks stay", article.Article{Body: "a\r\nb\r\n\r\nc"}, "<p>a<br>\nb</p>\n<p>c</p>"},
		{"bullets are a list", article.Article{Body: "• a\n• b"}, "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"},
		{"one dash is speech", article.Article{Body: "– Non, dit-il."}, "<p>– Non, dit-il.</p>"},
		{"mixed lines are no list", article.Article{Body: "- a\nb"}, "<p>- a<br>\nb</p>"},
		{"sections win over the body", article.Article{Body: "x", Sections: []article.Section{{Paragraphs: []string{"a"}}, {Heading: "H & I", Paragraphs: []string{" ", "b"}}}},
			"<p>a</p>\n<h2>H &amp; I</h2>\n<p>b</p>"},
		{"Markdown in text is text", article.Article{Body: "**a** [b](c)"}, "<p>**a** [b](c)</p>"},
		{"addresses are links", article.Article{Body: "(see http://a.example/b_(c)), “https://d.example/?e=1&f=2”."},
			`<p>(see <a href="http://a.example/b_%28c%29">http://a.example/b_(c)</a>), “<a href="https://d.example/?e=1&amp;f=2">https://d.example/?e=1&amp;f=2</a>”.</p>`},
		{"a scheme alone is none", article.Article{Body: "https:// or http://"}, "<p>https:// or http://</p>"},
		{"Markdown without a body has sections", article.Article{Format: "markdown", Sections: []article.Section{{Paragraphs: []string{"a"}}}}, "<p>a</p>"},
	} {
		page := mustRender(t, Page{Slug: "s", Article: c.a})
		if !strings.Contains(page, "<div class=\"body\">\n"+c.want+"\n</div>") {
			_, body, _ := strings.Cut(page, "<main>")
			t.Errorf("%s: page lacks\n%s\nit has\n%s", c.name, c.want, body)
		}
	}
}

func TestMarkdownKeepsStructureAndLosesTheRest(t *testing.T) {
	for _, c := range []struct{ markdown, want string }{
		{"# a\n\n## b\n\n###### c", "<h2>a</h2>\n<h3>b</h3>\n<h4>c</h4>"},
		{"## a\n\n#### b\n\n> ### c\n\n# d", "<h2>a</h2>\n<h3>b</h3>\n<blockquote>\n<h3>c</h3>\n</blockquote>\n<h2>d</h2>"},
		{"# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", "<h2>1</h2>\n<h3>2</h3>\n<h4>3</h4>\n<h5>4</h5>\n<h6>5</h6>\n<h6>6</h6>"},
		{"a[^n] b[^m] c[^n]\n\n[^m]: M *x*\n[^n]: N", "<p>a<sup>1</sup> b<sup>2</sup> c<sup>1</sup></p>\n\n<hr>\n<ol>\n<li>\n<p>N</p>\n</li>\n<li>\n<p>M <em>x</em></p>\n</li>\n</ol>"},
		{"a[^none]", "<p>a[^none]</p>"},
		{"| a | b | c |\n|--:|:-:|---|\n| 1 | 2 | 3 |", "<table tabindex=\"0\">\n<thead>\n<tr>\n<th align=\"right\">a</th>\n<th align=\"center\">b</th>\n<th>c</th>\n</tr>\n</thead>\n" +
			"<tbody>\n<tr>\n<td align=\"right\">1</td>\n<td align=\"center\">2</td>\n<td>3</td>\n</tr>\n</tbody>\n</table>"},
		{"a<b>b</b>c", "<p>abc</p>"},
		{"<div onclick=x>y</div>\n\nz", "<p>z</p>"},
		{"![alt *em*](https://i.example/p.png)", `<p><a href="https://i.example/p.png">alt <em>em</em></a></p>` + ""},
		{"![](https://i.example/p.png)", `<p><a href="https://i.example/p.png" class="said">https://i.example/p.png</a></p>` + ""},
		{"[![alt](https://i.example/p.png)](https://l.example/)", `<p><a href="https://l.example/"><em>alt</em></a></p>` + ""},
		{"![a](https://i.example/1) ![b](https://i.example/2)", `<p><a href="https://i.example/1">a</a> <a href="https://i.example/2">b</a></p>` + ""},
		{"[a](/relative) [b](//host.example/) [c](mailto:x@y.example) [d](#e)", "<p>a b c d</p>"},
		{"<https://a.example/> b.example www.c.example", `<p><a href="https://a.example/" class="said">https://a.example/</a> b.example <a href="http://www.c.example" class="said">www.c.example</a></p>`},
		{"[a](https://user@host.example/)", "<p>a</p>"},
		{"~~a~~ \\\nb", "<p><del>a</del> <br>\nb</p>"},
	} {
		got, err := markdownBody(c.markdown)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("%q:\ngot  %q\nwant %q", c.markdown, got, c.want)
		}
	}
}
