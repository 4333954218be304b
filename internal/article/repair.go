package article

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"crieur/internal/mojibake"
)

// reader reads one article and collects what was done and what is wrong.
type reader struct {
	name string
	opt  Options
	text string // the whole file, decoded
	lang string // of the text as far as known, "" when unsure

	repairs   []mojibake.Repair
	proposals []mojibake.Proposal
	warnings  []string
	mistakes  []*Error
	fields    map[string]field // what was read of each, with its place
}

func (r *reader) fail(line int, format string, args ...any) {
	r.mistakes = append(r.mistakes, &Error{File: r.name, Line: line, Err: fmt.Errorf(format, args...)})
}

func (r *reader) warn(part, warning string) {
	if w := part + ": " + warning; !slices.Contains(r.warnings, w) {
		r.warnings = append(r.warnings, w)
	}
}

// mend repairs, cleans and, unless the renderer does that, decodes the entities of
// one part of the article. line is where the part begins in the file; spread tells
// that the part's lines are the file's. Addresses in it are not touched.
func (r *reader) mend(part, s string, line int, spread, entities bool) string {
	s, unmask := maskAddresses(s)
	if entities {
		decoded, repairs := decodeEntities(s)
		for _, rep := range repairs {
			r.repairs = addRepair(r.repairs, rep)
		}
		s = decoded
	}
	res := mojibake.Fix(s, mojibake.Options{Language: r.lang, AcceptProposals: r.opt.AcceptProposals})
	for _, rep := range res.Repairs {
		rep.Before, rep.After = unmask(rep.Before), unmask(rep.After)
		r.repairs = addRepair(r.repairs, rep)
	}
	for _, p := range res.Proposals {
		p.Before, p.After = unmask(p.Before), unmask(p.After)
		if p.Line = line + p.Line - 1; !spread {
			p.Line = line
		}
		r.proposals = append(r.proposals, p)
	}
	return r.clean(part, unmask(res.Text))
}

func (r *reader) clean(part, s string) string {
	s, warnings := clean(s)
	for _, w := range warnings {
		r.warn(part, w)
	}
	return s
}

var address = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)https?://[^\s\x{00a0}<>"«»“”‘’]+`)
})

// maskAddresses hides the addresses that repair or decoding could change behind
// plain ones of the same line, and returns what brings them back.
func maskAddresses(s string) (masked string, unmask func(string) string) {
	prefix := "https://address"
	for strings.Contains(s, prefix) {
		prefix += "x"
	}
	var back []string
	masked = address().ReplaceAllStringFunc(s, func(a string) string {
		if isASCII(a) && !strings.Contains(a, "&") {
			return a
		}
		m := prefix + strconv.Itoa(len(back)/2) + ".invalid"
		back = append(back, m, a)
		return m
	})
	if back == nil {
		return s, func(s string) string { return s }
	}
	return masked, strings.NewReplacer(back...).Replace
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7E }) < 0
}

// lineOf is the line of the file on which a source label names value, else the first
// one with value in it, else 0. The repaired text is no help: its lines may have moved.
func (r *reader) lineOf(value string) int {
	first := 0
	for i, line := range strings.Split(r.text, "\n") {
		if !strings.Contains(line, value) {
			continue
		}
		if _, ok := labelled(strings.TrimSpace(line)); ok {
			return i + 1
		}
		if first == 0 {
			first = i + 1
		}
	}
	return first
}
