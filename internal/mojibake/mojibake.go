// Package mojibake finds and repairs text that was decoded with the wrong
// character set, possibly more than once.
//
// A run is repaired when undoing a known wrong decoding turns characters that
// the language of the text does not use into ones that it does (exemplar sets
// of Unicode CLDR). What is only probable is proposed; correct text in any
// language, code, URLs and emoji are left byte for byte as they are.
package mojibake

import "unicode/utf8"

// Repair is damage that was certain and has been undone.
type Repair struct {
	Before string `json:"before"` // the damaged word or run, as it stood
	After  string `json:"after"`
	Rule   string `json:"rule"`            // e.g. "UTF-8 read as ISO-8859-16"
	Count  int    `json:"count,omitempty"` // how often this very repair was made
}

// Proposal is probable damage: the operator decides.
type Proposal struct {
	Before string `json:"before"` // unique enough to be found by a reader: the word and its neighbour
	After  string `json:"after"`
	Rule   string `json:"rule"`
	Line   int    `json:"line"` // 1-based line of the input text
}

// Result is a text after repair.
type Result struct {
	Text      string
	Repairs   []Repair   // distinct, in order of first occurrence
	Proposals []Proposal // in order of occurrence; applied to Text only when asked
}

// Options tell how to repair.
type Options struct {
	Language        string // BCP 47 tag of the text; empty: guessed by Language
	AcceptProposals bool   // apply the proposals too; they then appear among Repairs
}

// maxPasses bounds the rounds in which one repair uncovers the next; the second
// usually finds nothing.
const maxPasses = 8

// Fix repairs what is certainly damaged and proposes what probably is. Text that
// is not valid UTF-8 keeps its invalid bytes.
func Fix(text string, opt Options) Result {
	var log journal
	e := &evidence{chains: map[chain]bool{}, rewrites: map[rewrite]bool{}}
	var d *document
	for range maxPasses {
		d = newDocument(text, opt.Language, e)
		edits := d.runs(false)
		if len(edits) == 0 {
			edits = d.lostSpaces(false)
		}
		if len(edits) == 0 {
			edits = d.letters(false)
		}
		if len(edits) == 0 {
			break
		}
		log.certain(text, edits)
		text = apply(text, edits)
	}
	probable, certain := split(d.breaks())
	probable = append(probable, d.elisions()...)
	if !isASCII(text) {
		for _, find := range []func(bool) []edit{d.runs, d.lostSpaces, d.letters} {
			probable = append(probable, find(true)...)
		}
		probable = append(probable, d.flags()...)
	}
	certain, probable = disjoint(certain, probable)
	log.certain(text, certain)
	if opt.AcceptProposals {
		log.certain(text, probable)
		certain = merge(certain, probable)
		probable = nil
	}
	return Result{
		Text:      apply(text, certain),
		Repairs:   log.repairs(),
		Proposals: proposals(text, probable),
	}
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
