package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"crieur/internal/article"
	"crieur/internal/control"
)

// TestInABrowserRichArticlesAreSetWell: all that Markdown has, wide and deep, and a script
// that runs from right to left.
func TestInABrowserRichArticlesAreSetWell(t *testing.T) {
	script, err := axeScript()
	if err != nil {
		without(t, err)
	}
	tab := startBrowser(t)
	n := openNewsstand(t, time.Hour)
	body := `## Begins below

A note[^1], ` + "`code`" + `, <https://example.org/` + strings.Repeat("long", 60) + `> ![a chart](https://example.org/c.png)

#### Leaves levels out

- one
  1. two
     - three

> said
> > and said

` + "```\n" + strings.Repeat("one long line of code; ", 20) + "\n```" + `

| Column | Right | Center | A column that is wide | again | again |
|--------|------:|:------:|-----------------------|-------|-------|
| a      | 1     | x      | ` + strings.Repeat("many words ", 10) + ` | ` + strings.Repeat("unbroken", 20) + ` | z |

# A first heading, late

[^1]: The note.
`
	for _, a := range []struct{ language, title string }{
		{"en", strings.Repeat("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", 3)},
		{"ar", "الحكومة تعلن خطة جديدة للطاقة الشمسية في الصحراء"},
	} {
		text := "---\ntitle: " + a.title + "\nteaser: \"Rich " + a.language + " 🎯 #Rich\"\nsource: https://example.org/" + a.language +
			"\nlanguage: " + a.language + "\nslug: rich-" + a.language + "\n---\n" + body
		read, err := article.Read("rich.md", []byte(text), article.Options{})
		if err != nil {
			t.Fatal(err)
		}
		posted, err := n.stage.post(t.Context(), control.Request{Article: read})
		if err != nil {
			t.Fatal(err)
		}
		for scheme, width := range map[string]int64{"light": 320, "dark": 1280} {
			t.Run(a.language+"-"+scheme, func(t *testing.T) {
				seen := watch(t, tab)
				tell(t, tab, chromedp.EmulateViewport(width, 900))
				prefer(t, tab, scheme)
				tell(t, tab, chromedp.Navigate(posted.PageURL+"?stay"))
				if wide := ask(t, tab, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); wide > width {
					t.Errorf("the page is %d pixels wide on a screen of %d", wide, width)
				}
				checkAxe(t, axe(t, tab, script))
				seen.checkQuiet(t)
			})
		}
	}
}
