package redirect

import (
	"fmt"
	"strings"
	"time"
)

// words are what the page itself says, in one language.
type words struct {
	lang, forwarding, in, stay, source, link, discuss, discussion string
	months                                                        [12]string
	firstOfMonth                                                  string
}

func english() words {
	return words{
		lang: "en", forwarding: "Forwarding to", in: "in %d s", stay: "Stay on this page",
		source: "Source:", link: "Read on:", discuss: "Discuss on", discussion: "Discussion", firstOfMonth: "1",
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
}

func french() words {
	return words{
		lang: "fr", forwarding: "Redirection vers", in: "dans %d\u00a0s", stay: "Rester sur cette page",
		source: "Article en référence\u00a0:", link: "Lire la suite\u00a0:", discuss: "Discuter sur", discussion: "Discussion", firstOfMonth: "1er",
		months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	}
}

// wordsFor are French for French articles and English for all others.
func wordsFor(language string) words {
	if primary(language) == "fr" {
		return french()
	}
	return english()
}

func (w words) date(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = w.firstOfMonth
	}
	return fmt.Sprintf("%s %s %d", day, w.months[t.Month()-1], t.Year())
}

// wait says how long, in whole seconds, until the forward; at once needs no words.
func (w words) wait(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return fmt.Sprintf(w.in, seconds)
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
