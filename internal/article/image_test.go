package article

import (
	"strings"
	"testing"
)

func TestAnImageIsAnAddressOrAFileBesideTheArticle(t *testing.T) {
	for _, s := range []string{"https://example.org/a.png", "http://example.org/a", "port.jpg", "images/Port de Brest.WEBP", "./a.png", "a.gif"} {
		if err := checkImage(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for s, want := range map[string]string{
		"../a.png": "out of the article's folder", "/etc/a.png": "out of the article's folder", "images/../../a.png": "out of the article's folder",
		"ftp://example.org/a.png": "not http(s)", "port": "neither", "www.example.org/port": "neither", "notes.txt": "neither", "a.svg": "neither",
		"https://": "no host", "a\nb.png": "several lines", "a\x00.png": "control",
	} {
		if err := checkImage(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
	if !(Article{Image: "a.png"}).LocalImage() || (Article{}).LocalImage() || (Article{Image: "HTTPS://example.org/a.png"}).LocalImage() {
		t.Error("a file and an address are confused")
	}
}
