package redirect

import (
	"fmt"
	"strings"
	"time"
)

// words are what the page itself says, in one language. None is empty.
type words struct {
	lang                     string
	forwarding, wait, stay   string // wait has {seconds}
	source, link, sourceGone string
	discuss, discussion      string
	withdrawn, withdrawnText string
	months                   [12]string
	dateForm, firstOfMonth   string // dateForm has {day}, {month} and {year}
}

func english() words {
	return words{
		lang: "en", forwarding: "Forwarding to", wait: "in {seconds}\u00a0s", stay: "Stay on this page",
		source: "Source:", link: "Read on:", sourceGone: "This source is no longer there.",
		discuss: "Discuss on", discussion: "Discussion",
		withdrawn: "Article withdrawn", withdrawnText: "This article has been withdrawn by those who published it.",
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		dateForm: "{day} {month} {year}", firstOfMonth: "1",
	}
}

func french() words {
	return words{
		lang: "fr", forwarding: "Redirection vers", wait: "dans {seconds}\u00a0s", stay: "Rester sur cette page",
		source: "Article en référence\u00a0:", link: "Lire la suite\u00a0:", sourceGone: "Cette source n’existe plus.",
		discuss: "Discuter sur", discussion: "Discussion",
		withdrawn: "Article retiré", withdrawnText: "Cet article a été retiré par ceux qui l’avaient publié.",
		months:   [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		dateForm: "{day} {month} {year}", firstOfMonth: "1er",
	}
}

// words are those of the article's language: of its very tag or of the language proper,
// by the file first and built in then; English where there are none.
func (p Page) words() words {
	tag := p.Article.Language
	for _, name := range []string{strings.ToLower(languageTag(tag)), primary(tag)} {
		if p.Words != nil {
			if w, ok := p.Words.byTag[name]; ok {
				return w
			}
		}
		switch name {
		case "fr":
			return french()
		case "en":
			return english()
		}
	}
	return english()
}

func (w words) date(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = w.firstOfMonth
	}
	return strings.NewReplacer("{day}", day, "{month}", w.months[t.Month()-1], "{year}", fmt.Sprint(t.Year())).Replace(w.dateForm)
}

// waiting says how long, in whole seconds, until the forward; at once needs no words.
func (w words) waiting(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return strings.ReplaceAll(w.wait, "{seconds}", fmt.Sprint(seconds))
}

// primary is the language proper of a tag: "fr" of "fr-CA".
func primary(tag string) string {
	p, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	return p
}

// languageTag is the tag as the lang attribute takes it; "" (unknown, by the HTML
// standard) for what has not the shape of one.
func languageTag(tag string) string {
	tag = strings.ReplaceAll(tag, "_", "-")
	for i, sub := range strings.Split(tag, "-") {
		if sub == "" || len(sub) > 8 || (i == 0 && len(sub) < 2) || strings.ContainsFunc(sub, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9')
		}) {
			return ""
		}
	}
	return tag
}

// direction is that of the scripts in which these languages are written by default.
func direction(tag string) string {
	switch primary(tag) {
	case "ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return "ltr"
}

// platformName is the name as its makers write it.
func platformName(platform string) string {
	switch platform {
	case "x":
		return "X"
	case "mastodon":
		return "Mastodon"
	}
	return platform
}
