package article

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// What an article may hold at most. X takes 25,000 characters of its best customers,
// Mastodon 1,500 of alternative text.
const (
	maxTeaser  = 25000   // characters
	maxAlt     = 1500    // characters
	maxWarning = 500     // characters
	maxNames   = 50      // tags, accounts
	maxBody    = 4 << 20 // bytes: 1 MiB in an older character set may grow to three
)

// problem is a rule that an article breaks, by the field to blame.
type problem struct {
	field string
	err   error
	near  string // the words around a lost letter
}

// Validate says everything that keeps an article from being stored, joined. What Read
// returns is valid; what comes over the control socket has to prove it.
func (a Article) Validate() error {
	problems := a.problems()
	all := make([]error, 0, len(problems))
	for _, p := range problems {
		all = append(all, &Error{Err: p.err})
	}
	return errors.Join(all...)
}

func (a Article) problems() []problem {
	var out []problem
	add := func(field string, err error) {
		if err != nil {
			out = append(out, problem{field: field, err: err})
		}
	}
	lost := func(field, s string) bool {
		near, err := checkLost(field, s)
		if err != nil {
			out = append(out, problem{field, err, near})
		}
		return err != nil
	}
	lost("title", a.Title)
	lost("teaser", a.Teaser)
	lost("image_alt", a.ImageAlt)
	lost("content_warning", a.ContentWarning)
	if a.Teaser == "" {
		add("teaser", errors.New("no teaser: write it as the first paragraph (in front matter or JSON: the key \"teaser\")"))
	} else {
		add("title", checkText("title", a.Title, maxTitle, false))
		add("teaser", checkText("teaser", a.Teaser, maxTeaser, true))
		add("slug", checkSlug(a.Slug))
	}
	if a.Source == "" && a.Link == "" {
		add("source", errors.New("no source: add a line \"Source: https://…\" below the teaser (in front matter or JSON: the key \"source\")"))
	}
	for _, u := range [...]struct{ field, value string }{{"source", a.Source}, {"link", a.Link}} {
		if u.value != "" {
			add(u.field, checkAddress(u.field, u.value))
		}
	}
	if a.Image != "" {
		add("image", checkImage(a.Image))
	}
	for _, t := range a.Tags {
		if !lost("tags", t) {
			add("tags", checkTag(t))
		}
	}
	add("tags", checkCount("tags", a.Tags))
	add("accounts", checkAccounts(a.Accounts))
	if a.Language != "" {
		if _, err := language.Parse(a.Language); err != nil {
			add("language", fmt.Errorf("language %s is no language tag: write a code as \"fr\" or \"pt-BR\"", quote(a.Language)))
		}
	}
	if a.Format != formatText && a.Format != formatMarkdown {
		add("format", fmt.Errorf("format %s: want %q or %q", quote(a.Format), formatText, formatMarkdown))
	}
	if a.At != "" {
		add("at", checkAt(a.At))
	}
	if a.Expires != "" {
		add("expires", checkExpires(a.Expires))
	}
	if a.ImageAlt != "" {
		add("image_alt", checkText("image_alt", a.ImageAlt, maxAlt, true))
	}
	if a.ContentWarning != "" {
		add("content_warning", checkText("content_warning", a.ContentWarning, maxWarning, false))
	}
	add("body", a.checkBody())
	return out
}

// checkText says why a text cannot be shown as it is. most is in characters.
func checkText(field, s string, most int, lines bool) error {
	n := utf8.RuneCountInString(s)
	switch {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("%s is empty: write it", field)
	case n > most:
		return fmt.Errorf("%s has %d characters: shorten it to %d", field, n, most)
	case !lines && strings.Contains(s, "\n"):
		return fmt.Errorf("%s %s has several lines: write one", field, quote(s))
	}
	return checkClean(field, s)
}

// checkClean finds what clean takes out.
func checkClean(field, s string) error {
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8: save the file as UTF-8", field)
	}
	if cleaned, _ := clean(s); cleaned != s {
		return fmt.Errorf("%s has control or invisible characters: remove them", field)
	}
	return nil
}

func (a Article) checkBody() error {
	if len(a.Body) > maxBody {
		return fmt.Errorf("body is larger than %d MiB: shorten it", maxBody>>20)
	}
	size := 0
	for _, s := range a.Sections {
		for _, text := range append([]string{s.Heading}, s.Paragraphs...) {
			if err := checkClean("section", text); err != nil {
				return err
			}
			size += len(text)
		}
	}
	if size > 2*maxBody {
		return fmt.Errorf("sections are larger than the body can be (%d bytes): send them as they were read", size)
	}
	return checkClean("body", a.Body)
}

func checkCount(field string, names []string) error {
	if len(names) > maxNames {
		return fmt.Errorf("%s: %d of them, %d at most", field, len(names), maxNames)
	}
	return nil
}

func checkAccounts(names []string) error {
	for i, n := range names {
		if n == "" || len(n) > 64 || strings.IndexFunc(n, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) >= 0 {
			return fmt.Errorf("account %s is no account name: write names from the configuration", quote(n))
		}
		if slices.Contains(names[:i], n) {
			return fmt.Errorf("account %q is there twice: keep one", n)
		}
	}
	return checkCount("accounts", names)
}
