package article

import (
	"html"
	"regexp"
	"strings"
	"sync"

	"crieur/internal/mojibake"
)

// ruleEntity names the repair that decodes an HTML entity.
const ruleEntity = "HTML entity"

// entity matches only what ends in a semicolon: "R&D" and "?a=1&copy=2" are no entities.
var entity = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
})

// address matches what must stay as it is: "&amp;" in an address may be meant.
var address = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)https?://[^\s\x{00a0}<>"«»“”‘’]+`)
})

// decodeEntities decodes each HTML entity outside addresses exactly once ("&amp;lt;"
// is "&lt;"). The number of lines stays the same.
func decodeEntities(s string) (string, []mojibake.Repair) {
	if !strings.Contains(s, "&") {
		return s, nil
	}
	var repairs repairLog
	decode := func(e string) string {
		d := html.UnescapeString(e)
		if d == e {
			return e
		}
		if d == "\n" || d == "\r" || d == "\t" {
			d = " "
		}
		repairs.add(mojibake.Repair{Before: e, After: d, Rule: ruleEntity, Count: 1})
		return d
	}
	var out strings.Builder
	done := 0
	for _, a := range address().FindAllStringIndex(s, -1) {
		out.WriteString(entity().ReplaceAllStringFunc(s[done:a[0]], decode))
		out.WriteString(s[a[0]:a[1]])
		done = a[1]
	}
	out.WriteString(entity().ReplaceAllStringFunc(s[done:], decode))
	return out.String(), repairs.list
}
