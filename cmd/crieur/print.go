package main

import (
	"encoding/json"
	"io"
)

// print writes v as JSON with --json, else as text for people.
func (a *app) print(v any, text func(io.Writer) error) error {
	if a.json {
		return a.printJSON(v)
	}
	return text(a.out)
}

// printJSON writes one object a line, with the text as people wrote it.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// firstError keeps the error that came first: what follows it is mostly its consequence.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
