// Package teaser composes an article's post from a template and fits it to a
// limit.
//
// It promises that a post is within the limit, carries the link whole with white
// space around it, and never holds half a character, emoji, URL, hashtag or
// mention; that the same input gives the same post; and that everything which had
// to go is listed. What cannot be fitted is refused with the figures.
//
// What gives way, in this order:
//  1. hashtags beyond Options.MaxHashtags, then hashtags, the last first, until
//     the whole text fits;
//  2. the text, at the end of a sentence, else of a clause, else of a word. The
//     longest cut of each kind is taken; a sentence wins unless it keeps less than
//     half of what the best cut of any kind keeps, then a clause by the same rule.
//     Fewer than three words and 20 characters of a new sentence are not kept.
//     A whole sentence ends as the writer ended it; every other cut gets "…".
//     Afterwards as many hashtags come back, the first first, as find room.
//
// The template's own words, the emoji of {emoji} and the link never give way; nor
// does the title, except in a template that has no {text}.
package teaser

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"crieur/internal/article"
)

// Options are what an account wants of its posts.
type Options struct {
	Template    string                // placeholders {text} {title} {emoji} {hashtags} {link}; empty: DefaultTemplate
	MaxHashtags int                   // 0: as many as fit
	Limit       int                   // in the units of Measure
	Measure     func(text string) int // the platform's own counting
	Link        string                // the page's address; empty: the post carries no link
}

// Post is a composed text.
type Post struct {
	Text    string
	Length  int // in the units of Options.Measure
	Limit   int
	Dropped []string // what had to go, in the order in which it went, e.g. "#OpenSource", "text: … the words that were cut"
	Why     []string // of each of Dropped, in plain words
}

// Render composes and fits. It fails when the options are unusable, when the
// article has nothing to say in this template, and when it cannot fit whatever is
// dropped.
func Render(a article.Article, opt Options) (Post, error) {
	t, err := opt.check()
	if err != nil {
		return Post{}, err
	}
	f := fitter{Options: opt, template: t, language: a.Language}
	f.fill(a)
	if err := f.somethingToSay(); err != nil {
		return Post{}, err
	}
	invalid, tags := usableTags(a.Tags)
	for _, tag := range invalid {
		f.lose(tag, "no platform takes it as a hashtag")
	}
	if opt.MaxHashtags > 0 && len(tags) > opt.MaxHashtags {
		f.drop(tags[opt.MaxHashtags:], fmt.Sprintf("max_hashtags = %d", opt.MaxHashtags))
		tags = tags[:opt.MaxHashtags]
	}
	if text, ok := f.fitTags(tags); ok {
		return f.seal(text)
	}
	text, err := f.shorten(tags)
	if err != nil {
		return Post{}, err
	}
	return f.seal(text)
}

// check refuses options that no article could be rendered with.
func (o Options) check() (template, error) {
	if o.Limit <= 0 {
		return nil, fmt.Errorf(`the limit is %d characters: set "limit" above 0`, o.Limit)
	}
	if o.Measure == nil {
		return nil, errors.New("no way to measure a post was given (Options.Measure is nil)")
	}
	if !utf8.ValidString(o.Link) || strings.ContainsFunc(o.Link, notInLink) {
		return nil, fmt.Errorf("the link %q has white space or control characters in it: escape them", o.Link)
	}
	t, err := parseTemplate(o.Template)
	if err != nil {
		return nil, err
	}
	if o.Link != "" && !t.has(partLink) {
		t = append(t, piece{literal: "\n"}, piece{part: partLink})
	}
	return t, nil
}

// seal checks the post once more, whatever made it.
func (f *fitter) seal(text string) (Post, error) {
	p := Post{Text: text, Length: f.Measure(text), Limit: f.Limit, Dropped: f.dropped, Why: f.why}
	switch {
	case p.Length > p.Limit:
		return Post{}, fmt.Errorf("the composed post is %d of %d characters although it was fitted: the measure is not stable", p.Length, p.Limit)
	case !utf8.ValidString(text):
		return Post{}, fmt.Errorf("the composed post %q is not valid UTF-8", text)
	case f.Link != "" && !standsAlone(text, f.Link):
		return Post{}, fmt.Errorf("the composed post %q does not carry the link %s whole", text, f.Link)
	}
	return p, nil
}

// standsAlone tells whether link is in text with white space or an end on both sides.
func standsAlone(text, link string) bool {
	for rest := text; ; {
		i := strings.Index(rest, link)
		if i < 0 {
			return false
		}
		at := len(text) - len(rest) + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(link):])
		if (at == 0 || isSpace(before)) && (at+len(link) == len(text) || isSpace(after)) {
			return true
		}
		rest = rest[i+1:]
	}
}
