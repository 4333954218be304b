package article

import (
	"regexp"
	"strings"
	"sync"
)

const removedSequences = "removed terminal escape sequences: the text was copied from a program's output"

// sequence matches what terminals take for commands (ECMA-48, 5.4 and 5.6): control
// sequences, strings up to their end on the same line, and the short escapes. Their
// one-character openings U+0090 to U+009F are not taken, for they may be damaged letters.
var sequence = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]+[0-~]|[0-OQ-WYZ\\` + "`" + `a-~])`)
})

// unescape takes terminal sequences and the separator of parts out of a part before it
// is repaired, so that a word with a colour in it is one word.
func (r *reader) unescape(p part) {
	for _, c := range [...]struct {
		mark, warning string
		strip         func(string) string
	}{
		{"\x1b", removedSequences, func(s string) string { return sequence().ReplaceAllString(s, "") }},
		{separator, removedControls, func(s string) string { return strings.ReplaceAll(s, separator, "") }},
	} {
		stripped := *p.text
		if strings.Contains(stripped, c.mark) {
			stripped = c.strip(stripped)
		}
		if stripped == *p.text {
			continue
		}
		*p.text = stripped
		line := p.line
		if p.spread {
			line = r.lineWith(line, c.mark)
		}
		r.warn(line, "%s: %s", p.key, c.warning)
	}
}
