package article

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Error is one mistake in what an operator handed in. Read joins all that it
// finds, in the order of their lines; errors.As finds the first.
type Error struct {
	File string // as given; "-" is standard input, "" an article without a file
	Line int    // 1-based; 0 when no line is to blame
	Err  error  // the thing, the value and the way out
}

// Error prints "file:line: mistake".
func (e *Error) Error() string {
	name := e.File
	if name == "-" {
		name = "standard input"
	}
	switch {
	case name == "":
		return e.Err.Error()
	case e.Line == 0:
		return name + ": " + e.Err.Error()
	}
	return fmt.Sprintf("%s:%d: %s", name, e.Line, e.Err)
}

// Unwrap returns the mistake without its place.
func (e *Error) Unwrap() error { return e.Err }

// join orders mistakes by line and keeps the first ones: nobody reads a thousand.
func join(all []*Error) error {
	const most = 20
	slices.SortStableFunc(all, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	var out []error
	for i, e := range all {
		if i == most {
			out = append(out, &Error{File: e.File, Err: fmt.Errorf("and %d more mistakes", len(all)-most)})
			break
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}

var userInfo = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`//[^/@\s]*@`) })

// quote shows a value in an error: short, printable, and without the password that
// an address may carry.
func quote(s string) string {
	s = userInfo().ReplaceAllString(s, "//…@")
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// list names several things in an error.
func list(names []string) string { return strings.Join(names, ", ") }
