package platform

import (
	"encoding/json"
	"strings"
)

// Scalar is a JSON string or whole number, as text: IDs beyond int53, codes that some
// servers quote. Anything else decodes to "" without an error.
type Scalar string

// UnmarshalJSON never fails.
func (s *Scalar) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*s = Scalar(strings.TrimSpace(text))
		return nil
	}
	if digits := string(data); strings.Trim(digits, "0123456789") == "" {
		*s = Scalar(digits)
		return nil
	}
	*s = ""
	return nil
}

// ID returns the scalar if it can be the ID of something, else "".
func (s Scalar) ID() string {
	const longest = 256 // ULIDs have 26, snac's 42
	if len(s) > longest || strings.ContainsFunc(string(s), func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd }) {
		return ""
	}
	return string(s)
}
