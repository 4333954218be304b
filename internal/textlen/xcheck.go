package textlen

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrEmpty is the error of CheckX for a text with nothing but white space.
var ErrEmpty = errors.New("the text is empty: X refuses a post without a visible character; write some text")

// CheckX returns why X would refuse the characters of text, or nil: nothing but white
// space, invalid UTF-8, U+FFFE, U+FEFF or U+FFFF. Positions count characters from 1.
func CheckX(text string) error {
	if strings.TrimSpace(text) == "" {
		return ErrEmpty
	}
	position := 0
	for i, r := range text {
		position++
		if isInvalid(r) {
			return fmt.Errorf("the character U+%04X at position %d: X refuses it; delete it", r, position)
		}
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return fmt.Errorf("the byte 0x%02X at position %d is not valid UTF-8: X refuses it; save the text as UTF-8", text[i], position)
			}
		}
	}
	return nil
}
