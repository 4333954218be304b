package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestInABrowserNothingIsWiderThanTheScreen writes what it sees to the folder
// CRIEUR_SCREENSHOTS, where that is set, for a person to look at.
func TestInABrowserNothingIsWiderThanTheScreen(t *testing.T) {
	dir, schemes := os.Getenv("CRIEUR_SCREENSHOTS"), []string{"light"} // colours have no width
	if dir != "" {
		schemes = []string{"light", "dark"}
	}
	tab := startBrowser(t)
	n := openNewsstand(t, time.Hour)
	for _, v := range n.browserViews() {
		for _, width := range []int64{320, 768, 1920} {
			for _, scheme := range schemes {
				t.Run(fmt.Sprintf("%s-%d-%s", v.name, width, scheme), func(t *testing.T) {
					tell(t, tab, chromedp.EmulateViewport(width, 900))
					prefer(t, tab, scheme)
					n.open(t, tab, v)
					if wide := ask(t, tab, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); wide > width {
						t.Errorf("%s is %d pixels wide on a screen of %d", v.url, wide, width)
					}
					if dir != "" {
						shoot(t, tab, filepath.Join(dir, filepath.Base(t.Name())+".png"))
					}
				})
			}
		}
	}
}

// shoot writes the whole page, however long, as a PNG.
func shoot(t *testing.T, tab browserTab, path string) {
	t.Helper()
	const asPNG = 100
	png := ask(t, tab, chromedp.FullScreenshot(asPNG))
	if err := os.WriteFile(path, png, 0o600); err != nil {
		t.Fatal(err)
	}
}
