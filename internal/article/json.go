package article

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// jsonFields reads a JSON article: one object, nothing after it.
func jsonFields(text string) (fields []field, at int, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	newline := lineCounter(text)
	line := func() int { return 1 + newline(int(dec.InputOffset())) }
	explain := func(err error) (int, error) {
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax):
			// The decoder's offset is behind the offending byte.
			offset := min(max(int(syntax.Offset)-1, 0), len(text))
			return 1 + strings.Count(text[:offset], "\n"), fmt.Errorf("is no valid JSON: %w", err)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return 1 + strings.Count(strings.TrimRight(text, " \t\n"), "\n"), errors.New("is no valid JSON: it ends too early, look for a missing quote, \"]\" or \"}\"")
		}
		return line(), fmt.Errorf("is no valid JSON: %w", err)
	}
	open, err := dec.Token()
	if err != nil {
		at, err = explain(err)
		return nil, at, err
	}
	if open != json.Delim('{') {
		return nil, line(), errors.New("JSON is no object: write one article as {\"teaser\": \"…\", \"source\": \"https://…\"}")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			at, err = explain(err)
			return nil, at, err
		}
		f := field{key: fmt.Sprint(key), line: line()}
		if err := dec.Decode(&f.value); err != nil {
			at, err = explain(err)
			return nil, at, err
		}
		f.start = f.line
		fields = append(fields, f)
	}
	if _, err := dec.Token(); err != nil {
		at, err = explain(err)
		return nil, at, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, line(), errors.New("JSON goes on after the article: hand in one object a file")
	}
	return fields, 0, nil
}
