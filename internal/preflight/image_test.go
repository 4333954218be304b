package preflight

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachFaultOfAnImageIsFound(t *testing.T) {
	whole := pngOf(t, 1200, 630)
	for _, c := range []struct {
		name, kind string
		body       []byte
		want       []string
	}{
		{"too small for a large card", "image/png", pngOf(t, 299, 157), []string{"too small", "300×157", "(X)"}},
		{"too wide for X", "image/png", pngOf(t, 4097, 200), []string{"too large", "4096", "(X)"}},
		{"no image", "text/html", []byte("<html>"), []string{"image Content-Type", `"text/html"`, "(X, Mastodon)"}},
		{"SVG", "image/svg+xml", []byte("<svg/>"), []string{"image Content-Type", "svg"}},
		{"another type than declared", "image/jpeg", whole, []string{`"image/jpeg", but the content is image/png`}},
		{"HTML as an image", "image/png", []byte("<html>no</html>"), []string{"the content is text/html"}},
		{"cut short", "image/png", whole[:len(whole)-20], []string{"undecodable", "uploaded whole"}},
		{"no more than a signature", "image/png", whole[:12], []string{"undecodable"}},
		{"empty", "image/png", nil, []string{"the content is text/plain"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSite(t)
			s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, c.kind, c.body) }
			wantOne(t, s.check(t, nil), c.want...)
		})
	}
}

func TestGoodImagesOfEachTypePass(t *testing.T) {
	for kind, body := range map[string][]byte{"image/jpeg": jpegOf(t, 1200, 630), "image/png": pngOf(t, 300, 157), "IMAGE/PNG": pngOf(t, 4096, 1000)} {
		s := newSite(t)
		s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, kind, body) }
		if err := s.check(t, nil); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestAnImageThatIsNotThereIsFound(t *testing.T) {
	s := newSite(t)
	s.image = http.NotFound
	wantOne(t, s.check(t, nil), "image status is 404 at "+s.URL+"/i.png")
	down := newSite(t)
	down.Close()
	s.change(t, s.URL+"/i.png", down.URL+"/i.png")
	wantOne(t, s.check(t, func(o *Options) { o.Bots, o.allow = []Bot{Mastodon("")}, anywhere }), "image "+down.URL+"/i.png is unreachable", "(Mastodon)", "give the article another image")
}

func TestASecurePageHasASecureImage(t *testing.T) {
	s, plain := startSite(t, true), newSite(t)
	s.change(t, s.URL+"/i.png", plain.URL+"/i.png")
	wantOne(t, s.check(t, func(o *Options) { o.Transport = s.Client().Transport }), "og:image", "not https")
}

func TestARelativeImageIsFoundAndStillLookedAt(t *testing.T) {
	s := newSite(t)
	s.change(t, s.URL+"/i.png", "i.png")
	wantOne(t, s.check(t, nil), `"i.png", a relative address`, "write it absolute: "+s.URL+"/i.png")
	if n := s.count("/i.png"); n != 2 {
		t.Errorf("the image was fetched %d times", n)
	}
}

func TestXTakesItsOwnImage(t *testing.T) {
	s := newSite(t)
	s.change(t, "<title>", `<meta name="twitter:image" content="`+s.URL+`/none.png"><title>`)
	wantOne(t, s.check(t, nil), "image status is 404", "(X)")
}

func TestASmallCardNeedsNoImageAndTakesASmallOne(t *testing.T) {
	s := newSite(t)
	s.change(t, "summary_large_image", "summary")
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", pngOf(t, 144, 144)) }
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", pngOf(t, 144, 143)) }
	wantOne(t, s.check(t, nil), "too small", "144×144")
	s.page = func(w http.ResponseWriter, _ *http.Request) {
		text := strings.ReplaceAll(s.html(), "summary_large_image", "summary")
		serveHTML(w, strings.ReplaceAll(text, "og:image", "og:none"))
	}
	if err := s.check(t, nil); err != nil {
		t.Error(err)
	}
}

// TestAHugePictureIsNotDecoded would take 16 GB of memory otherwise.
func TestAHugePictureIsNotDecoded(t *testing.T) {
	b := pngOf(t, 1, 1)
	binary.BigEndian.PutUint32(b[16:], 1<<16)
	binary.BigEndian.PutUint32(b[20:], 1<<16)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	s := newSite(t)
	s.image = func(w http.ResponseWriter, _ *http.Request) { serve(w, "image/png", b) }
	got := findings(t, s.check(t, nil))
	if len(got) != 2 || !strings.Contains(got[0], "65536×65536 is too large") {
		t.Errorf("findings %q", got)
	}
}

func TestWebPIsHeldAgainstItsOwnLength(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "small.webp"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := formats["image/webp"].config(bytes.NewReader(b))
	if err != nil || cfg.Width < 1 {
		t.Fatalf("%v, %v", cfg, err)
	}
	if http.DetectContentType(b) != "image/webp" {
		t.Error("not sniffed as WebP")
	}
	if err := wholeRIFF(b); err != nil {
		t.Error(err)
	}
	for n := range len(b) - 1 {
		if wholeRIFF(b[:n]) == nil {
			t.Fatalf("%d of %d bytes count as whole", n, len(b))
		}
	}
}
