package article

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"crieur/internal/mojibake"
)

// Read reads, repairs and takes apart one article. name says where it came from
// ("-" is standard input) and appears in every error; its extension decides between
// text and Markdown when the content leaves it open. Every error wraps *Error.
//
// What an article does not say is taken from its text. The teaser is the first
// paragraph. The title is Markdown's first heading of level one; in plain text a first
// short line without end punctuation, hashtag or emoji, if the paragraph after it has
// hashtags or stands right above the source; else the teaser's first sentence. The
// language is guessed. The source may always stand in a line of the body.
func Read(name string, data []byte, opt Options) (Result, error) {
	text, recoded, err := decode(name, data)
	if err != nil {
		return Result{}, err
	}
	r := &reader{name: name, opt: opt, text: text, fields: map[string]field{}}
	if recoded != nil {
		r.repairs.add(*recoded)
	}
	d := r.parse(detect(name, text))
	if len(r.mistakes) > 0 {
		return Result{}, join(r.mistakes)
	}
	a := r.takeApart(d)
	r.suspect(a, d.bodyLine)
	r.live(a.Teaser)
	r.check(a)
	if len(r.mistakes) > 0 {
		return Result{}, join(r.mistakes)
	}
	return Result{Article: a, Repairs: r.repairs.list, Proposals: r.proposals, Warnings: r.warnings}, nil
}

// The input formats of design §5.
const (
	formatText     = "text"
	formatMarkdown = "markdown"
	formatJSON     = "json"
)

var jsonStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*\{\s*["}]`) })

// detect tells the format by the content, and by the name where that leaves it open.
func detect(name, text string) string {
	ext := strings.ToLower(filepath.Ext(name))
	switch {
	case ext == ".json" || jsonStart().MatchString(text):
		return formatJSON
	case frontMark(text) != "" || ext == ".md" || ext == ".markdown":
		return formatMarkdown
	case ext == ".txt":
		return formatText
	case isMarkdown(text):
		return formatMarkdown
	}
	return formatText
}

// parse reads the outer form: fields and body.
func (r *reader) parse(format string) draft {
	if format == formatText {
		return draft{Article: Article{Format: format, Body: r.text}, bodyLine: 1, spread: true}
	}
	if format == formatJSON {
		fields, line, err := jsonFields(r.text)
		if err != nil {
			r.fail(line, "%w", err)
			return draft{}
		}
		d := r.assign(fields, jsonKeys)
		if d.Format == "" {
			d.Format = formatText
		}
		return d
	}
	mark, head, body, headLine, bodyLine, err := frontMatter(r.text)
	var fields []field
	switch {
	case err != nil:
	case len(head) > maxFrontMatter:
		err = fmt.Errorf("front matter is larger than %d KiB: move the text below it", maxFrontMatter>>10)
	case mark == "---":
		fields, headLine, err = yamlFields(head, headLine)
	case mark == "+++":
		fields, headLine, err = tomlFields(head, headLine)
	}
	if err != nil {
		r.fail(headLine, "%w", err)
		return draft{}
	}
	d := r.assign(fields, keys)
	d.Format, d.Body, d.bodyLine, d.spread = formatMarkdown, body, bodyLine, true
	return d
}

// takeApart mends the parts of a draft and takes from the body what the fields leave open.
func (r *reader) takeApart(d draft) Article {
	r.lang = d.Language
	a := d.Article
	r.mend(d.parts(r.fields, &a))
	for i, t := range a.Tags {
		a.Tags[i] = strings.TrimLeft(oneLine(t), "#＃")
	}
	a.Title, a.ContentWarning = oneLine(a.Title), oneLine(a.ContentWarning)
	a.Teaser, a.ImageAlt = fewLines(a.Teaser), fewLines(a.ImageAlt)
	r.readBody(&a, d)
	text, tags := takeTags(a.Teaser)
	a.Teaser, a.Tags = text, distinct(append(a.Tags, tags...))
	if a.Title == "" {
		a.Title = titleOf(a.Teaser)
	}
	if a.Slug == "" && a.Title != "" {
		a.Slug = Slug(a.Title, a.Source)
	}
	a.At = wallTime(a.At)
	if strings.Contains(a.Source, "&amp;") {
		r.warn(r.fields["source"].line, "source contains \"&amp;\", as an address copied out of HTML does: \"&\" is probably meant")
	}
	if a.Language == "" {
		a.Language = cmp.Or(mojibake.Language(a.Title+"\n"+a.Teaser+"\n"+a.Body), r.opt.Language)
	}
	if tag, err := language.Parse(a.Language); err == nil && a.Language != "" {
		a.Language = tag.String() // "fr_FR" and "FR-fr" are "fr-FR"
	}
	return a
}

// parts are the texts of an article, each with its place in the file; the body last.
func (d draft) parts(fields map[string]field, a *Article) []part {
	var out []part
	add := func(key string, text *string) {
		if f := fields[key]; *text != "" {
			out = append(out, part{key, text, f.start, f.spread, true})
		}
	}
	add("title", &a.Title)
	add("teaser", &a.Teaser)
	add("image_alt", &a.ImageAlt)
	add("content_warning", &a.ContentWarning)
	for i := range a.Tags {
		add("tags", &a.Tags[i])
	}
	return append(out, part{"body", &a.Body, d.bodyLine, d.spread, a.Format != formatMarkdown})
}

// check turns what Validate would say into errors with their lines.
func (r *reader) check(a Article) {
	for _, p := range a.problems() {
		f, given := r.fields[p.field]
		if p.near == "" {
			r.fail(cmp.Or(f.line, 1), "%w", p.err)
		} else if given || p.field != "title" { // a title that is the teaser's beginning lost its letter there
			r.fail(r.lineWith(cmp.Or(f.line, 1), p.near, replacement, misreadReplacement), "%w", p.err)
		}
	}
}
