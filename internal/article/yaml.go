package article

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The parser's time grows with the square of the tokens; front matter has a few dozen.
const (
	maxFrontMatter = 1 << 17 // bytes
	maxTokens      = 2000
)

// yamlFields reads YAML front matter that begins at a line of the file. Anchors,
// aliases and tags are refused: a few lines of them can stand for gigabytes.
func yamlFields(head string, line int) (fields []field, at int, err error) {
	place := func(t *token.Token) int {
		if t == nil || t.Position == nil {
			return line
		}
		return line + max(t.Position.Line, 1) - 1
	}
	defer func() {
		// The parser is not ours; a file that it stumbles over must not end the daemon.
		if p := recover(); p != nil {
			fields, at, err = nil, line, fmt.Errorf("front matter is no valid YAML (%v): write simple \"key: value\" lines", p)
		}
	}()
	tokens := lexer.Tokenize(head)
	if len(tokens) > maxTokens {
		return nil, line, fmt.Errorf("front matter is too complicated (%d YAML tokens, %d at most): write simple \"key: value\" lines", len(tokens), maxTokens)
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		var e yaml.Error
		if errors.As(err, &e) {
			message, _, _ := strings.Cut(e.GetMessage(), " at [") // a place within the front matter, not the file
			return nil, place(e.GetToken()), fmt.Errorf("front matter is no valid YAML: %s (a value with \": \", \" #\" or quotes in it needs quotes around it)", message)
		}
		return nil, line, fmt.Errorf("front matter is no valid YAML: %w", err)
	}
	for i, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if i > 0 {
			return nil, place(doc.Body.GetToken()), errors.New("front matter has a second YAML document: keep one")
		}
		for _, pair := range pairs(doc.Body) {
			f, err := yamlField(pair, place)
			if err != nil {
				return nil, place(pair.GetToken()), err
			}
			fields = append(fields, f)
		}
		if fields == nil && doc.Body.Type() != ast.NullType && doc.Body.Type() != ast.CommentType {
			return nil, place(doc.Body.GetToken()), errors.New("front matter is no YAML mapping: write \"key: value\" lines")
		}
	}
	return fields, 0, nil
}

// pairs are the entries of a mapping, which the parser gives in two forms.
func pairs(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func yamlField(pair *ast.MappingValueNode, place func(*token.Token) int) (field, error) {
	f := field{line: place(pair.Key.GetToken())}
	key, ok := pair.Key.(*ast.StringNode)
	if !ok {
		return f, fmt.Errorf("key %s is no plain word: write simple \"key: value\" lines", quote(pair.Key.String()))
	}
	f.key, f.start = key.Value, place(pair.Value.GetToken())
	if literal, ok := pair.Value.(*ast.LiteralNode); ok {
		f.start++
		f.spread = strings.HasPrefix(literal.Start.Value, "|")
	}
	var err error
	if f.value, err = yamlValue(pair.Value); err != nil {
		return f, fmt.Errorf("%s: %w", f.key, err)
	}
	return f, nil
}

func yamlValue(n ast.Node) (any, error) {
	switch n := n.(type) {
	case *ast.NullNode:
		return nil, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return 0, nil // a number: no key takes one
	case *ast.SequenceNode:
		out := make([]any, 0, len(n.Values))
		for _, e := range n.Values {
			v, err := yamlValue(e)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case *ast.MappingNode, *ast.MappingValueNode:
		return map[string]any{}, nil // a table: no key takes one
	case *ast.AnchorNode, *ast.AliasNode:
		return nil, errors.New("YAML anchors and aliases (\"&\", \"*\") are not taken: write the value out, or put it in quotes")
	case *ast.TagNode:
		return nil, errors.New("YAML tags (\"!\") are not taken: put the value in quotes")
	}
	return nil, errors.New("value is not understood: put it in quotes")
}
