package article

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"crieur/internal/mojibake"
)

// MaxSize is the largest article, in bytes, as handed in.
const MaxSize = 1 << 20

// decode turns a file into UTF-8 with line feeds, or says why it is no article. The
// returned repair is nil unless the bytes had to be read in another character set.
func decode(name string, data []byte) (string, *mojibake.Repair, error) {
	fail := func(line int, format string, args ...any) (string, *mojibake.Repair, error) {
		return "", nil, &Error{File: name, Line: line, Err: fmt.Errorf(format, args...)}
	}
	if len(data) > MaxSize {
		return fail(0, "is larger than 1 MiB: hand in one article, without images")
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, bomUTF8))) == 0 {
		return fail(0, "is empty: write a teaser, and a line \"Source: https://…\"")
	}
	var text string
	var repair *mojibake.Repair
	switch {
	case bytes.HasPrefix(data, bomUTF8):
		data = data[len(bomUTF8):]
	case bytes.HasPrefix(data, bomUTF16LE), bytes.HasPrefix(data, bomUTF16BE):
		s, err := decodeUTF16(data)
		if err != nil {
			return fail(0, "%w", err)
		}
		data = []byte(s)
	}
	if what := foreign(data); what != "" {
		return fail(0, "is %s: hand in plain text, Markdown or JSON, saved as UTF-8", what)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return fail(lineAt(data, at), "is binary (byte 0x00 at offset %d): hand in plain text, Markdown or JSON, saved as UTF-8", at)
	}
	if tooManyControls(data) {
		return fail(0, "is binary (many control characters): hand in plain text, Markdown or JSON, saved as UTF-8")
	}
	text = string(data)
	if at := firstInvalid(data); at >= 0 {
		var ok bool
		if text, repair, ok = fromWindows1252(data); !ok {
			return fail(lineAt(data, at), "byte 0x%02X at offset %d is not UTF-8, and the file's character set is not certain: save the file as UTF-8", data[at], at)
		}
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	if strings.TrimSpace(text) == "" {
		return fail(0, "is empty: write a teaser, and a line \"Source: https://…\"")
	}
	return text, repair, nil
}

var (
	bomUTF8    = []byte("\xEF\xBB\xBF")
	bomUTF16LE = []byte("\xFF\xFE")
	bomUTF16BE = []byte("\xFE\xFF")
)

// decodeUTF16 reads UTF-16 with a byte order mark; half a character is an error.
func decodeUTF16(data []byte) (string, error) {
	little := data[0] == 0xFF
	data = data[2:]
	if len(data)%2 != 0 {
		return "", errors.New("is UTF-16 with half a character at its end: save the file as UTF-8")
	}
	var out strings.Builder
	unit := func(i int) rune {
		if little {
			return rune(data[i]) | rune(data[i+1])<<8
		}
		return rune(data[i])<<8 | rune(data[i+1])
	}
	for i := 0; i < len(data); i += 2 {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+3 < len(data) {
				low = unit(i + 2)
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return "", fmt.Errorf("is UTF-16 with half a character at offset %d: save the file as UTF-8", i+2)
			}
			i += 2
		}
		out.WriteRune(r)
	}
	return out.String(), nil
}

// foreign names the kind of a file that is often handed in by mistake.
func foreign(data []byte) string {
	head := string(bytes.TrimLeft(data[:min(len(data), 512)], " \t\r\n"))
	for _, f := range [...]struct{ magic, what string }{
		{"%PDF-", "a PDF document"},
		{"PK\x03\x04", "a zip archive or an office document"},
		{"{\\rtf", "an RTF document"},
		{"\x89PNG", "an image"},
		{"GIF8", "an image"},
		{"\xff\xd8\xff", "an image"},
		{"\x1f\x8b", "a compressed file"},
		{"<!doctype html", "an HTML page"},
		{"<html", "an HTML page"},
	} {
		// Only ASCII folds: bytes that are not UTF-8 would all be equal.
		n := min(len(head), len(f.magic))
		if head[:n] == f.magic || isASCII(f.magic) && strings.EqualFold(head[:n], f.magic) {
			return f.what
		}
	}
	return ""
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// tooManyControls tells data from text: text has next to no C0 controls.
func tooManyControls(data []byte) bool {
	n := 0
	for _, b := range data {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			n++
		}
	}
	return n > 3 && n*50 > len(data)
}

// firstInvalid is the offset of the first byte that is not UTF-8, or -1.
func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// lineAt is the line of an offset: LF, CRLF and a lone CR end lines.
func lineAt(data []byte, offset int) int {
	before := bytes.ReplaceAll(data[:offset], []byte("\r\n"), []byte("\n"))
	return 1 + bytes.Count(before, []byte("\n")) + bytes.Count(before, []byte("\r"))
}
