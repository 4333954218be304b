package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

// explain turns what the TOML reader says into what an operator needs: file, line,
// key and the way out. The reader's own words name Go types.
func explain(name string, err error, known schema) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var all problems
		for i := range strict.Errors {
			line, _ := strict.Errors[i].Position()
			all.addf("%s:%d: %s", name, line, known.unknown(strict.Errors[i].Key()))
		}
		return all.err()
	}
	var syntax *toml.DecodeError
	if errors.As(err, &syntax) {
		line, column := syntax.Position()
		return fmt.Errorf("%s:%d:%d: %s", name, line, column, known.wrong(syntax))
	}
	return fmt.Errorf("%s: %w", name, err)
}

var typeError = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`cannot (?:decode|store) (?:a |an )?(?:TOML )?([\w -]+?) (?:into|in) `)
})

// wrong says what is the matter with the value, or with the syntax.
func (s schema) wrong(err *toml.DecodeError) string {
	message := strings.TrimPrefix(err.Error(), "toml: ")
	path := strings.Join(err.Key(), ".")
	if m := typeError().FindStringSubmatch(message); m != nil && s.kinds[path] != "" {
		return fmt.Sprintf("%s must be %s, not a TOML %s", path, s.kinds[path], m[1])
	}
	if s.kinds[path] != "" {
		return path + ": " + message
	}
	return message
}

// unknown says what an unknown key may have been meant to be.
func (s schema) unknown(key toml.Key) string {
	path := strings.Join(key, ".")
	last := key[len(key)-1]
	candidates, ok := s.keys[strings.Join(key[:len(key)-1], ".")]
	if !ok || (len(key) == 1 && !slices.Contains(candidates, last)) {
		// Inside an inline table the reader reports the key alone.
		candidates = slices.Concat(candidates, s.keys["account"], s.keys["webhook"], s.keys["alert"])
	}
	if near := Nearest(last, candidates); near != "" {
		return fmt.Sprintf("unknown key %q: did you mean %q?", path, near)
	}
	if homes := s.homes(last); len(homes) > 0 {
		return fmt.Sprintf("unknown key %q: %q belongs to %s", path, last, strings.Join(homes, " or "))
	}
	if len(key) == 1 {
		candidates = s.keys[""]
	}
	return fmt.Sprintf("unknown key %q: want one of %s", path, strings.Join(candidates, ", "))
}
