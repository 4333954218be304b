package sandbox

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestContentIsTheHTMLThatThePlatformWrites(t *testing.T) {
	long := "https://www.example.com/a-path/that-is/long?x=1&y=2"
	for _, c := range []struct {
		flavour    Flavour
		text, want string
	}{
		{Mastodon45, "a\nb\n\n\nc & <d>", "<p>a<br />b</p><p>c &amp; &lt;d&gt;</p>"},
		{Mastodon45, "see https://example.com/x.", `<p>see <a href="https://example.com/x" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="">example.com/x</span><span class="invisible"></span></a>.</p>`},
		{Mastodon45, long, `<p><a href="https://www.example.com/a-path/that-is/long?x=1&amp;y=2" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">https://www.</span><span class="ellipsis">example.com/a-path/that-is/lon</span><span class="invisible">g?x=1&amp;y=2</span></a></p>`},
		{Mastodon45, "README.md and http://127.0.0.1:8080/slug", "<p>README.md and http://127.0.0.1:8080/slug</p>"},
		{GoToSocial, "(http://127.0.0.1:8080/slug)", `<p>(<a href="http://127.0.0.1:8080/slug" rel="nofollow noreferrer noopener" target="_blank">http://127.0.0.1:8080/slug</a>)</p>`},
		{Mastodon45, "Hi #GoLang (#IA) 🚀#no #42 #été_2", `<p>Hi <a href="U/tags/golang" class="mention hashtag" rel="tag">#<span>GoLang</span></a> (#IA) 🚀#no #42 <a href="U/tags/%C3%A9t%C3%A9_2" class="mention hashtag" rel="tag">#<span>été_2</span></a></p>`},
	} {
		m := &Mastodon{Server: &Server{URL: "U"}, opt: Options{Flavour: c.flavour}}
		got, _ := m.content(c.text)
		equal(t, c.want, got)
	}
}

func TestTagsAreListed(t *testing.T) {
	m := &Mastodon{Server: &Server{URL: "U"}}
	_, tags := m.content("#Go #go-lang")
	equal(t, []map[string]string{{"name": "go", "url": "U/tags/go"}, {"name": "go", "url": "U/tags/go"}}, tags)
}

func FuzzContentReadsBackAsItsText(f *testing.F) {
	f.Add("see https://example.com/x?a=1&b=2 #Tag\n\nhttp://127.0.0.1/é", false)
	f.Add("<https://a.example.org>\"httphttps://x.com #", true)
	f.Fuzz(func(t *testing.T, text string, gts bool) {
		m := &Mastodon{Server: &Server{URL: "U"}}
		if gts {
			m.opt.Flavour = GoToSocial
		}
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
		content, _ := m.content(text)
		doc, err := html.Parse(strings.NewReader(content))
		must(t, err)
		var b strings.Builder
		for n := range doc.Descendants() {
			if n.Type == html.TextNode {
				b.WriteString(n.Data)
			}
		}
		if squeeze(b.String()) != squeeze(text) {
			t.Errorf("%q became %q", text, content)
		}
	})
}

func squeeze(s string) string { return strings.NewReplacer("\n", "", "\r", "").Replace(s) }

func FuzzPartsKeepEveryByte(f *testing.F) {
	f.Add("a http://x.y/z. https://")
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		for _, p := range parts(text) {
			if p.Link != "" && p.Link != p.Text || p.Text == "" {
				t.Errorf("%q has the part %+v", text, p)
			}
			b.WriteString(p.Text)
		}
		equal(t, text, b.String())
	})
}
