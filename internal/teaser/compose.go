package teaser

import (
	"errors"
	"strings"
	"unicode/utf8"

	"crieur/internal/article"

	"golang.org/x/text/unicode/norm"
)

// fitter is one article on its way into one post.
type fitter struct {
	Options
	template template
	language string
	values   [partCount]string // what each placeholder stands for; hashtags and link come later
	gives    part              // whose value is shortened: the text, else the title, else none
	dropped  []string
	why      []string // of each that was dropped
}

// fill takes from the article what the template wants of it.
func (f *fitter) fill(a article.Article) {
	text := clean(a.Teaser)
	if f.template.has(partEmoji) {
		rest, emoji := takeEmoji(text, f.language)
		text = rest
		f.values[partEmoji] = strings.Join(emoji, " ")
	}
	f.values[partText] = text
	f.values[partTitle] = clean(a.Title)
	for _, p := range []part{partText, partTitle} {
		if f.template.has(p) && f.values[p] != "" {
			f.gives = p
			return
		}
	}
}

// somethingToSay refuses an article that leaves its template empty.
func (f *fitter) somethingToSay() error {
	wanted := ""
	for _, p := range []part{partText, partTitle, partEmoji} {
		if !f.template.has(p) {
			continue
		}
		if f.values[p] != "" {
			return nil
		}
		if wanted == "" {
			wanted = partNames[p]
		}
	}
	if wanted == "" {
		return nil
	}
	if wanted == "title" {
		return errors.New("the article has no title, which is all the template asks of it: give it one or use {text}")
	}
	return errNothing
}

// compose puts the template together with this much of what may give way.
func (f *fitter) compose(given string, tags []string) string {
	return strings.ReplaceAll(f.layout(given, tags), string(linkMark), f.Link)
}

// layout is the post with linkMark in place of the link.
func (f *fitter) layout(given string, tags []string) string {
	var out strings.Builder
	for _, pc := range f.template {
		value := pc.literal
		switch pc.part {
		case partNone:
			out.WriteString(value)
			continue
		case f.gives:
			value = given
		case partHashtags:
			value = strings.Join(tags, " ")
		case partLink:
			value = ""
			if f.Link != "" {
				value = string(linkMark)
			}
		default:
			value = f.values[pc.part]
		}
		if value == "" {
			out.WriteRune(nothing)
			continue
		}
		if pc.part == partHashtags {
			glue(&out, value)
			continue
		}
		out.WriteString(value)
	}
	return norm.NFC.String(spaceOut(tidy(out.String())))
}

// glue writes hashtags with a space before, whatever stands there; the space after
// them is a matter of what follows, which cannot be a hashtag's own rune.
func glue(out *strings.Builder, tags string) {
	if r, _ := utf8.DecodeLastRuneInString(out.String()); out.Len() > 0 && !isSpace(r) {
		out.WriteByte(' ')
	}
	out.WriteString(tags)
}
