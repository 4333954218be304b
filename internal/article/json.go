package article

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
	if offset := loneSurrogate(text); offset >= 0 {
		return nil, 1 + strings.Count(text[:offset], "\n"), fmt.Errorf("%s is half a character: %s", text[offset:offset+len(`\ud800`)], lostLetter)
	}
	return fields, 0, nil
}

// loneSurrogate is the offset of the first \uD800 to \uDFFF without its other half
// (RFC 8259, 8.2) in valid JSON, or -1.
func loneSurrogate(text string) int {
	unit := func(i int) rune {
		if i+6 > len(text) || text[i] != '\\' || text[i+1] != 'u' {
			return 0
		}
		u, err := strconv.ParseUint(text[i+2:i+6], 16, 16)
		if err != nil {
			return 0
		}
		return rune(u)
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		switch high := unit(i); {
		case !utf16.IsSurrogate(high):
			i++ // what is escaped may be a backslash
		case utf16.DecodeRune(high, unit(i+6)) == utf8.RuneError:
			return i
		default:
			i += 11
		}
	}
	return -1
}
