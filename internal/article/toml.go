package article

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlFields reads TOML front matter that begins at a line of the file.
func tomlFields(head string, line int) (fields []field, at int, err error) {
	values := map[string]any{}
	if err := toml.Unmarshal([]byte(head), &values); err != nil {
		var e *toml.DecodeError
		if errors.As(err, &e) {
			row, _ := e.Position()
			return nil, line + row - 1, fmt.Errorf("front matter is no valid TOML: %s (text needs quotes around it)", strings.TrimPrefix(e.Error(), "toml: "))
		}
		return nil, line, fmt.Errorf("front matter is no valid TOML: %w", err)
	}
	// The values have no places; the syntax tree, which has, is read for them.
	var p unstable.Parser
	p.Reset([]byte(head))
	seen := map[string]bool{}
	newline, lines := lineCounter(head), strings.Split(head, "\n")
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue && e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		it := e.Key()
		if !it.Next() {
			continue
		}
		key := string(it.Node().Data)
		value, top := values[key]
		if !top || seen[key] {
			continue // a key of a table, which was listed before
		}
		seen[key] = true
		row := newline(int(it.Node().Raw.Offset))
		f := field{key: key, line: line + row, start: line + row, value: value}
		if opensMultiline(lines[row]) {
			f.start++
			f.spread = true
		}
		fields = append(fields, f)
	}
	if err := p.Error(); err != nil {
		return nil, line, fmt.Errorf("front matter is no valid TOML: %w", err)
	}
	return fields, 0, nil
}

// lineCounter returns a function from growing offsets to lines, counted from 0.
func lineCounter(s string) func(int) int {
	at, lines := 0, 0
	return func(offset int) int {
		if offset > at && offset <= len(s) {
			lines += strings.Count(s[at:offset], "\n")
			at = offset
		}
		return lines
	}
}

// opensMultiline tells whether a value begins on the next line, after three quotes.
func opensMultiline(line string) bool {
	_, value, _ := strings.Cut(line, "=")
	value = strings.TrimSpace(value)
	return value == `"""` || value == "'''"
}
