package config

import (
	"errors"
	"fmt"
)

// problems collects mistakes so that an operator sees all of them at once, a line each.
type problems []error

func (p *problems) add(err error) {
	if err != nil {
		*p = append(*p, flatten(err)...)
	}
}

func (p *problems) addf(format string, args ...any) { p.add(fmt.Errorf(format, args...)) }

func (p *problems) err() error { return errors.Join(*p...) }

func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

// prefix puts a name before each of the joined errors.
func prefix(name string, err error) error {
	var all problems
	if err != nil {
		for _, e := range flatten(err) {
			all.addf("%s: %w", name, e)
		}
	}
	return all.err()
}
