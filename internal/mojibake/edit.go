package mojibake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// edit replaces bytes of a text.
type edit struct {
	start, end int
	out        string
	rule       string
	certain    bool
	wide       bool // show the word before, too: the place has no word of its own
}

func split(edits []edit) (probable, certain []edit) {
	for _, e := range edits {
		if e.certain {
			certain = append(certain, e)
		} else {
			probable = append(probable, e)
		}
	}
	return probable, certain
}

// disjoint sorts both lists and drops edits that touch the same bytes, certain ones last.
func disjoint(certain, probable []edit) ([]edit, []edit) {
	end := 0
	keep := func(e edit) bool {
		ok := e.start >= end
		if ok {
			end = e.end
		}
		return ok
	}
	kept := slices.DeleteFunc(merge(certain, nil), func(e edit) bool { return !keep(e) })
	taken := kept
	end = 0
	rest := slices.DeleteFunc(merge(probable, nil), func(e edit) bool {
		for len(taken) > 0 && taken[0].end <= e.start {
			taken = taken[1:]
		}
		return len(taken) > 0 && taken[0].start < e.end || !keep(e)
	})
	return kept, rest
}

func merge(a, b []edit) []edit {
	all := append(slices.Clone(a), b...)
	slices.SortStableFunc(all, func(a, b edit) int { return a.start - b.start })
	return all
}

// apply makes edits that are in order and disjoint.
func apply(text string, edits []edit) string {
	if len(edits) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	from := 0
	for _, e := range edits {
		b.WriteString(text[from:e.start])
		b.WriteString(e.out)
		from = e.end
	}
	b.WriteString(text[from:])
	return b.String()
}

// change is one or more edits as a person reads them: whole words.
type change struct {
	before, after, rule string
	line, offset        int
}

// changes shows edits as words, those in one word together if so wanted.
func changes(text string, edits []edit, together bool) []change {
	var out []change
	line, counted := 1, 0
	for i := 0; i < len(edits); {
		first, last := i, i
		end := wordEnd(text, edits[i].end)
		for together && last+1 < len(edits) && edits[last+1].start <= end {
			last++
			if edits[last].end > end {
				end = wordEnd(text, edits[last].end)
			}
		}
		group := edits[first : last+1]
		i = last + 1
		start := wordStart(text, group[0].start, group[0].wide)
		shown := make([]edit, len(group))
		var rules []string
		for k, e := range group {
			shown[k] = e
			shown[k].start, shown[k].end = e.start-start, e.end-start
			if !slices.Contains(rules, e.rule) {
				rules = append(rules, e.rule)
			}
		}
		line += strings.Count(text[counted:group[0].start], "\n")
		counted = group[0].start
		before := text[start:end]
		out = append(out, change{before, apply(before, shown), strings.Join(rules, "; "), line, group[0].start})
	}
	return out
}

func isWordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd)
}

// longestShown bounds how far a word is followed to either side, in bytes.
const longestShown = 128

func wordEnd(text string, i int) int {
	for limit := i + longestShown; i < len(text) && i < limit; {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			next, _ := utf8.DecodeRuneInString(text[i+n:])
			if r != '-' || !isWordRune(next) {
				break
			}
		}
		i += n
	}
	return i
}

func wordStart(text string, i int, wide bool) int {
	if wide && i > 0 && text[i-1] == ' ' {
		if start := wordStart(text, i-1, false); start < i-1 {
			return start
		}
	}
	for limit := i - longestShown; i > 0 && i > limit; {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if !isWordRune(r) {
			before, _ := utf8.DecodeLastRuneInString(text[:i-n])
			if r != '-' || !isWordRune(before) {
				break
			}
		}
		i -= n
	}
	return i
}

// journal collects the changes of all passes.
type journal struct{ entries []change }

func (j *journal) add(text string, edits []edit) {
	j.entries = append(j.entries, changes(text, edits, true)...)
}

// repairs lists distinct changes in order of first occurrence; lines are those
// of the input, because only the very last edits of a round may join two.
func (j *journal) repairs() []Repair {
	slices.SortStableFunc(j.entries, func(a, b change) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return a.offset - b.offset
	})
	var out []Repair
	at := map[Repair]int{}
	for _, c := range j.entries {
		key := Repair{Before: c.before, After: c.after, Rule: c.rule}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, key)
		}
		out[i].Count++
	}
	return out
}

func proposals(text string, edits []edit) []Proposal {
	var out []Proposal
	for _, c := range changes(text, edits, false) { // one by one, so that each can be judged by itself
		out = append(out, Proposal{Before: c.before, After: c.after, Rule: c.rule, Line: c.line})
	}
	return out
}
