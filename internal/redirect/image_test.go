package redirect

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/card"
)

const frenchImage = "/openai-signe-un-contrat.png"

func TestTheShareImageIsDrawnAndMayBeKept(t *testing.T) {
	h := only(frenchPage())
	rec := ask(h, "GET", frenchImage, "Accept-Encoding", "gzip, deflate, br")
	c, format, err := image.DecodeConfig(bytes.NewReader(rec.Body.Bytes()))
	if err != nil || format != "png" || c.Width != card.Width || c.Height != card.Height || rec.Body.Len() > card.MaxBytes {
		t.Errorf("%d bytes of %s, %d×%d, %v", rec.Body.Len(), format, c.Width, c.Height, err)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Content-Encoding": "", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "public, max-age=3600, stale-while-revalidate=3600, stale-if-error=86400",
	} {
		if got := rec.Header().Get(name); rec.Code != 200 || got != want {
			t.Errorf("status %d, %s %q, want %q", rec.Code, name, got, want)
		}
	}
	if again := ask(h, "GET", frenchImage, "If-None-Match", rec.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same again: status %d", again.Code)
	}
	head := ask(h, "HEAD", frenchImage)
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != rec.Header().Get("Content-Length") {
		t.Errorf("HEAD: status %d, headers %v", head.Code, head.Header())
	}
	for _, path := range []string{"/none.png", "/openai-signe-un-contrat.jpg", "/.png", "/A.png", "/openai-signe-un-contrat.png.png"} {
		if rec := ask(h, "GET", path); rec.Code != 404 {
			t.Errorf("%s: status %d", path, rec.Code)
		}
	}
}

func TestAReceiptDrawsNoImageAnewAndATitleDoes(t *testing.T) {
	p := frenchPage()
	w := newWorld(p)
	s := w.handler().(*site)
	first := ask(s, "GET", frenchImage)
	k := key{asPNG, p.Slug}
	drawn, _ := s.held(k)
	w.change(func() { q := frenchPage(); q.Posts = nil; w.pages[p.Slug] = q })
	same := ask(s, "GET", frenchImage)
	if now, _ := s.held(k); now.doc != drawn.doc || now.version == drawn.version || same.Header().Get("ETag") != first.Header().Get("ETag") {
		t.Error("a receipt made another image")
	}
	w.change(func() { q := frenchPage(); q.Article.Title = "Erratum"; w.pages[p.Slug] = q })
	if other := ask(s, "GET", frenchImage); bytes.Equal(other.Body.Bytes(), first.Body.Bytes()) || other.Code != 200 {
		t.Error("another title made the same image")
	}
	w.change(func() { q := frenchPage(); q.Withdrawn = true; w.pages[p.Slug] = q })
	if gone := ask(s, "GET", frenchImage); gone.Code != http.StatusGone || gone.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("withdrawn: status %d, %v", gone.Code, gone.Header())
	}
	w.change(func() { w.pages[p.Slug] = frenchPage() })
	if back := ask(s, "GET", frenchImage); !bytes.Equal(back.Body.Bytes(), first.Body.Bytes()) || back.Header().Get("Content-Type") != "image/png" {
		t.Errorf("and back: status %d, %v", back.Code, back.Header())
	}
	s.images.check(t)
}

// encoded writes an image of a size to a file.
func encoded(t *testing.T, name string, width, height int) string {
	t.Helper()
	var buf bytes.Buffer
	m := image.NewGray(image.Rect(0, 0, width, height))
	err := png.Encode(&buf, m)
	if strings.HasSuffix(name, ".jpg") {
		buf.Reset()
		err = jpeg.Encode(&buf, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file(t, name, buf.String())
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheSitesOwnImageIsServedInPlaceOfTheDrawnOne(t *testing.T) {
	for name, path := range map[string]string{"share.png": frenchImage, "share.jpg": "/openai-signe-un-contrat.jpg"} {
		share, err := LoadShare(encoded(t, name, 1000, 500))
		if err != nil {
			t.Fatal(err)
		}
		p := frenchPage()
		p.Share = share
		rec := ask(only(p), "GET", path)
		if rec.Code != 200 || !bytes.Equal(rec.Body.Bytes(), share.Data) || rec.Header().Get("Content-Type") != share.Type {
			t.Errorf("%s: status %d, %d bytes of %s", path, rec.Code, rec.Body.Len(), rec.Header().Get("Content-Type"))
		}
		page := mustRender(t, p)
		for _, want := range []string{
			`<meta property="og:image" content="https://crieur.example.org` + path + `">`, `<meta property="og:image:type" content="` + share.Type + `">`,
			`<meta property="og:image:width" content="1000">`, `<meta property="og:image:alt" content="Le crieur">`,
			`<meta name="twitter:image" content="https://crieur.example.org` + path + `">`,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: page lacks %s", name, want)
			}
		}
		if rec := ask(only(p), "GET", frenchImage); rec.Code != 200 {
			t.Errorf("%s: the address that older pages told: status %d", name, rec.Code)
		}
	}
}

func TestAShareImageThatWouldBreakTheCardIsRefused(t *testing.T) {
	whole, err := os.ReadFile(encoded(t, "a.png", 1200, 630))
	if err != nil {
		t.Fatal(err)
	}
	for want, path := range map[string]string{
		"no such file":                  filepath.Join(t.TempDir(), "none.png"),
		"want a PNG or JPEG file":       file(t, "a.png", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
		"is damaged":                    file(t, "b.png", string(whole[:len(whole)-40])),
		"299×300 pixels: want at least": encoded(t, "c.png", 299, 300),
		"2001×2000 pixels":              encoded(t, "d.png", 2001, 2000),
		"larger than 1 MiB":             file(t, "e.png", string(whole)+strings.Repeat("x", 1<<20)),
	} {
		if _, err := LoadShare(path); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, want %q and the path", err, want)
		}
	}
}
