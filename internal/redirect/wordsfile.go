package redirect

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
)

// Words are what pages say in languages that are not built in.
type Words struct{ byTag map[string]words } // by tag in lower case

// maxWords bounds each text, in bytes.
const maxWords = 400

// wordsTable is a language in the file.
type wordsTable struct {
	Forwarding    string   `toml:"forwarding"`
	Wait          string   `toml:"wait"`
	Stay          string   `toml:"stay"`
	Source        string   `toml:"source"`
	SourceGone    string   `toml:"source_gone"`
	Link          string   `toml:"link"`
	Discuss       string   `toml:"discuss"`
	Discussion    string   `toml:"discussion"`
	Withdrawn     string   `toml:"withdrawn"`
	WithdrawnText string   `toml:"withdrawn_text"`
	Date          string   `toml:"date"`
	FirstDay      string   `toml:"first_day"`
	Months        []string `toml:"months"`
}

// LoadWords reads a TOML file with a table per language, named by its tag:
//
//	[de]
//	forwarding = "Weiterleitung zu"     # the host follows
//	wait = "in {seconds} s"
//	stay = "Auf dieser Seite bleiben"
//	source = "Quelle:"                  # the address follows
//	source_gone = "Diese Quelle gibt es nicht mehr."
//	link = "Weiterlesen:"
//	discuss = "Mitreden auf"            # the platform follows
//	discussion = "Diskussion"
//	withdrawn = "Artikel zurückgezogen" # a heading
//	withdrawn_text = "Dieser Artikel wurde zurückgezogen."
//	date = "{day}. {month} {year}"
//	first_day = "1"                     # {day} on the first of a month
//	months = ["Januar", …]              # twelve
//
// Every key has to be there, and no other. Errors name the file, the language and the key.
func LoadWords(path string) (*Words, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("words file: %w", err)
	}
	var tables map[string]wordsTable
	if err := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&tables); err != nil {
		return nil, fmt.Errorf("words file %s%w", path, placed(err))
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf("words file %s has no language: write a table such as [de]", path)
	}
	all := &Words{map[string]words{}}
	var errs []error
	for tag, t := range tables {
		w, err := t.words(tag)
		if err != nil {
			errs = append(errs, fmt.Errorf("words file %s: [%s]: %w", path, tag, err))
			continue
		}
		all.byTag[strings.ToLower(w.lang)] = w
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return all, errors.Join(errs...)
}

// placed is an error of the TOML library on one line, after the line at which it is.
func placed(err error) error {
	var unknown *toml.StrictMissingError
	var broken *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		line, _ := unknown.Errors[0].Position()
		return fmt.Errorf(":%d: unknown key %q", line, strings.Join(unknown.Errors[0].Key(), "."))
	case errors.As(err, &broken):
		line, _ := broken.Position()
		return fmt.Errorf(":%d: %w", line, err)
	}
	return fmt.Errorf(": %w", err)
}

func (t wordsTable) words(tag string) (words, error) {
	w := words{
		lang: languageTag(tag), forwarding: t.Forwarding, wait: t.Wait, stay: t.Stay, source: t.Source, sourceGone: t.SourceGone,
		link: t.Link, discuss: t.Discuss, discussion: t.Discussion, withdrawn: t.Withdrawn, withdrawnText: t.WithdrawnText,
		dateForm: t.Date, firstOfMonth: t.FirstDay,
	}
	if w.lang == "" {
		return words{}, fmt.Errorf("%q is no language tag: want one such as \"de\" or \"pt-BR\"", tag)
	}
	for _, e := range []struct{ key, text, holds string }{
		{"forwarding", w.forwarding, ""}, {"wait", w.wait, "{seconds}"}, {"stay", w.stay, ""},
		{"source", w.source, ""}, {"source_gone", w.sourceGone, ""}, {"link", w.link, ""},
		{"discuss", w.discuss, ""}, {"discussion", w.discussion, ""},
		{"withdrawn", w.withdrawn, ""}, {"withdrawn_text", w.withdrawnText, ""},
		{"date", w.dateForm, "{day} {month} {year}"}, {"first_day", w.firstOfMonth, ""},
	} {
		if err := wording(e.key, e.text, strings.Fields(e.holds)...); err != nil {
			return words{}, err
		}
	}
	if len(t.Months) != len(w.months) {
		return words{}, fmt.Errorf("months: %d names, want 12", len(t.Months))
	}
	for i, name := range t.Months {
		if err := wording(fmt.Sprintf("months, number %d", i+1), name); err != nil {
			return words{}, err
		}
		w.months[i] = name
	}
	return w, nil
}

// wording judges one text of a words file.
func wording(key, text string, holds ...string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("%s is missing: all words of a language have to be there", key)
	case len(text) > maxWords:
		return fmt.Errorf("%s has %d bytes, want at most %d", key, len(text), maxWords)
	case strings.ContainsFunc(text, unicode.IsControl):
		return fmt.Errorf("%s %q contains a control character", key, text)
	}
	for _, h := range holds {
		if !strings.Contains(text, h) {
			return fmt.Errorf("%s %q lacks %s", key, text, h)
		}
	}
	return nil
}
