package mojibake

import (
	"regexp"
	"strings"
	"sync"
)

// pronouns are what a euphonic t stands before in French.
const pronouns = " il elle on ils elles "

// euphonic matches a verb, t and a pronoun, joined by spaces or hyphens; the verb
// ends as those do that need the t (Grevisse, § 796: -e, -a, -c).
var euphonic = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[\pL’']*[aec]([ \x{00a0}-])t([ \x{00a0}-])(?:ils?|elles?|on)\b`)
})

// euphonics proposes the hyphens of "y a-t-il" where spaces stand in their place.
func (d *document) euphonics() []edit {
	if baseLanguage(d.language) != "fr" || !strings.Contains(d.text, "t") && !strings.Contains(d.text, "T") {
		return nil
	}
	var edits []edit
	for _, m := range euphonic().FindAllStringSubmatchIndex(d.text, -1) {
		left, right := d.text[m[2]:m[3]], d.text[m[4]:m[5]]
		t := d.text[m[3]:m[4]]
		if left == "-" && right == "-" || isWordRune(runeAt(d.text, m[1])) || d.isProtected(m[0]) || d.isProtected(m[1]-1) {
			continue
		}
		edits = append(edits, edit{start: m[2], end: m[5], out: "-" + t + "-", rule: "lost hyphens"})
	}
	return edits
}
