package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"crieur/internal/textlen"
)

// lengthLimits are the platforms' own defaults, which "valid" is measured against.
var lengthLimits = map[string]int{"x": 280, "mastodon": 500}

// maxLengthLine bounds a line of input, in bytes.
const maxLengthLine = 16 << 20

type lengthIn struct {
	Text           string `json:"text"`
	ContentWarning string `json:"content_warning"`
}

type lengthOut struct {
	Length int  `json:"length"`
	Valid  bool `json:"valid"`
}

func (a *app) lengthCmd() *cobra.Command {
	var platform string
	cmd := &cobra.Command{
		Use:   "length --platform x|mastodon",
		Short: "count texts as a platform does",
		Long: `Count texts as a platform does. Each line of standard input is a JSON string, or
an object {"text", "content_warning"}; each is answered by a line {"length", "valid"}:
X's weighted characters of 280, Mastodon's characters of 500.`,
		Example: `  echo '"Bonjour 🎯 https://example.org"' | crieur length --platform x`,
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			limit, ok := lengthLimits[platform]
			if !ok {
				return usageError{fmt.Errorf("--platform %q: want x or mastodon", platform)}
			}
			return a.lengths(func(in lengthIn) lengthOut {
				if platform == "x" {
					n := textlen.X(in.Text)
					return lengthOut{n, textlen.CheckX(in.Text) == nil && n <= limit}
				}
				n := textlen.Mastodon(in.Text, in.ContentWarning, textlen.Instance{})
				return lengthOut{n, len(bytes.TrimSpace([]byte(in.Text))) > 0 && n <= limit}
			})
		},
	}
	cmd.Flags().StringVar(&platform, "platform", "", "count as this `PLATFORM` does: x or mastodon")
	return cmd
}

func (a *app) lengths(count func(lengthIn) lengthOut) (err error) {
	sc := bufio.NewScanner(a.in)
	sc.Buffer(nil, maxLengthLine)
	w := bufio.NewWriter(a.out)
	defer func() { err = firstError(err, w.Flush()) }()
	enc := json.NewEncoder(w)
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(sc.Bytes())
		if len(line) == 0 {
			continue
		}
		in, err := parseLength(line)
		if err != nil {
			return usageError{fmt.Errorf("standard input, line %d: %w", n, err)}
		}
		if err := enc.Encode(count(in)); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a line is longer than %d MiB", maxLengthLine>>20)
		}
		return usageError{fmt.Errorf("standard input: %w", err)}
	}
	return nil
}

func parseLength(line []byte) (in lengthIn, err error) {
	const want = `want a JSON string or {"text", "content_warning"}`
	switch line[0] {
	case '"':
		err = json.Unmarshal(line, &in.Text)
	case '{':
		dec := json.NewDecoder(bytes.NewReader(line))
		dec.DisallowUnknownFields()
		if err = dec.Decode(&in); err == nil {
			if _, more := dec.Token(); !errors.Is(more, io.EOF) {
				err = errors.New("something follows the object")
			}
		}
	default:
		return in, errors.New(want)
	}
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped):
		return in, fmt.Errorf("%s: %q is a %s", want, mistyped.Field, mistyped.Value)
	case err != nil:
		return in, fmt.Errorf("%s: %w", want, err)
	}
	return in, nil
}
