package textlen

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckXNamesTheCharacterAndItsPosition(t *testing.T) {
	for text, want := range map[string]string{
		"été\uFEFF":     "U+FEFF at position 4",
		"\uFFFEa":       "U+FFFE at position 1",
		"日本\uFFFF":      "U+FFFF at position 3",
		"a\u202A\uFFFF": "U+FFFF at position 3",
		"d\xe9j\xe0":    "0xE9 at position 2",
	} {
		if err := CheckX(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckX(%q) = %v, want %s", text, err, want)
		}
	}
}

func TestCheckXRefusesTheEmptyText(t *testing.T) {
	for _, text := range []string{"", " ", "\n\t", "\u00A0\u3000"} {
		if err := CheckX(text); !errors.Is(err, ErrEmpty) {
			t.Errorf("CheckX(%q) = %v, want %v", text, err, ErrEmpty)
		}
	}
}

func TestCheckXAllowsAllElse(t *testing.T) {
	for _, text := range []string{"a", "\u2066\u202Aa\u202C\u2069", "🇹🇳", "\uFFFD", "a\x00b", "عربي"} {
		if err := CheckX(text); err != nil {
			t.Errorf("CheckX(%q) = %v", text, err)
		}
	}
}
