package article

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// imageFiles are the extensions of files that can be attached.
var imageFiles = []string{".jpg", ".jpeg", ".png", ".gif", ".webp"}

// LocalImage tells whether the image is a file beside the article's, not an address.
func (a Article) LocalImage() bool { return a.Image != "" && !hasHTTP(a.Image) }

// checkImage says why a value names no image: an address, or a file in the article's
// folder or below. Nothing above it: articles come from others.
func checkImage(s string) error {
	if strings.Contains(s, "://") || hasHTTP(s) {
		return checkAddress("image", s)
	}
	if err := checkClean("image", s); err != nil {
		return err
	}
	switch {
	case strings.Contains(s, "\n"):
		return fmt.Errorf("image %s has several lines: write one", quote(s))
	case !slices.Contains(imageFiles, strings.ToLower(filepath.Ext(s))):
		return fmt.Errorf("image %s is neither an http(s) address nor a file named *%s", quote(s), strings.Join(imageFiles, ", *"))
	case !filepath.IsLocal(s):
		return fmt.Errorf("image %s leads out of the article's folder: put the file beside the article, and name it relative to it", quote(s))
	}
	return nil
}
