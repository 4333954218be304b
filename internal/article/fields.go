package article

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// field is one key of front matter or of a JSON article, with its place in the file.
type field struct {
	key    string
	line   int // of the key
	start  int // of the value's first line
	spread bool
	value  any // string, []any, nil for an empty value, or a type that no key takes
}

// keys are what front matter may say; JSON has the body and its format besides.
var (
	keys     = []string{"title", "teaser", "source", "link", "language", "tags", "image", "image_alt", "at", "expires", "accounts", "slug", "content_warning"}
	jsonKeys = append(slices.Clone(keys), "body", "format")
)

// draft is an article whose body still has its teaser, source line and furniture.
type draft struct {
	Article
	bodyLine int  // where the body begins in the file
	spread   bool // the body's lines are the file's
}

// assign makes a draft of fields. Text is taken as it is; mending comes later.
func (r *reader) assign(fields []field, known []string) draft {
	var d draft
	for _, f := range fields {
		if !slices.Contains(known, f.key) {
			r.unknown(f, known)
			continue
		}
		if first, again := r.fields[f.key]; again {
			r.fail(f.line, "key %q is there twice, also on line %d: keep one", f.key, first.line)
			continue
		}
		r.fields[f.key] = f
		switch f.key {
		case "tags":
			d.Tags = r.words(f)
		case "accounts":
			d.Accounts = r.words(f)
		case "body":
			d.Body, d.bodyLine, d.spread = r.string(f), f.start, f.spread
		case "title", "teaser", "image_alt", "content_warning":
			*d.target(f.key) = r.string(f)
		default:
			*d.target(f.key) = strings.TrimSpace(r.string(f))
		}
	}
	return d
}

// target is the string that a key fills.
func (d *draft) target(key string) *string {
	switch key {
	case "title":
		return &d.Title
	case "teaser":
		return &d.Teaser
	case "source":
		return &d.Source
	case "link":
		return &d.Link
	case "language":
		return &d.Language
	case "image":
		return &d.Image
	case "image_alt":
		return &d.ImageAlt
	case "at":
		return &d.At
	case "expires":
		return &d.Expires
	case "slug":
		return &d.Slug
	case "format":
		return &d.Format
	}
	return &d.ContentWarning
}

func (r *reader) unknown(f field, known []string) {
	if near := nearest(f.key, known); near != "" {
		r.fail(f.line, "unknown key %s: did you mean %q?", quote(f.key), near)
		return
	}
	r.fail(f.line, "unknown key %s: want one of %s", quote(f.key), list(known))
}

// string is the value of a key that takes text. TOML's own moments are texts where a
// moment is wanted; checkAt and checkExpires judge them.
func (r *reader) string(f field) string {
	moment := f.key == "at" || f.key == "expires"
	switch v := f.value.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		if moment {
			return v.Format(time.RFC3339Nano)
		}
	case toml.LocalDateTime, toml.LocalDate, toml.LocalTime:
		if moment {
			return fmt.Sprint(v)
		}
	case []any, map[string]any:
		r.fail(f.line, "%s is %s: want text", f.key, kind(v))
		return ""
	}
	r.fail(f.line, "%s is %s: put it in quotes", f.key, kind(f.value))
	return ""
}

// words is the value of a key that takes a list, or one text with commas.
func (r *reader) words(f field) []string {
	var out []string
	switch v := f.value.(type) {
	case nil:
	case string:
		out = splitWords(v)
	case []any:
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				r.fail(f.line, "%s has %s in its list: want text, in quotes", f.key, kind(e))
				continue
			}
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	default:
		r.fail(f.line, "%s is %s: want a list as [\"a\", \"b\"], or one text with commas", f.key, kind(v))
	}
	return out
}

// splitWords splits at commas, or "#IA #OpenSource" at its blanks.
func splitWords(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '\n' })
	if hashed := strings.Fields(s); len(words) == 1 && !slices.ContainsFunc(hashed, func(w string) bool { return !strings.HasPrefix(w, "#") }) {
		words = hashed
	}
	var out []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// kind names a type as people do.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case string:
		return "text"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	case time.Time, toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return "a date or time"
	}
	return "a number"
}
