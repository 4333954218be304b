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

// Proposal is probable damage: the operator decides. Before is what stands there
// once the certain repairs are made.
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
	Fallback        string // BCP 47 tag to take where the guess leaves it open; may be empty
	AcceptProposals bool   // apply the proposals too; they then appear among Repairs
}

// maxPasses bounds the passes in which one repair uncovers the next, and the
// rounds until nothing changes; the second of each usually finds nothing.
const maxPasses = 8

// Fix repairs what is certainly damaged and proposes what probably is. Text that
// is not valid UTF-8 keeps its invalid bytes. Fixing the outcome again changes
// nothing: rounds, each with fresh eyes, go on until one finds nothing.
func Fix(text string, opt Options) Result {
	log := journal{}
	result := Result{Text: text}
	for n := range maxPasses {
		fixed, doubts := round(result.Text, opt, &log)
		if n == 0 {
			result.Proposals = doubts // later rounds no longer see the damage that speaks for them
		}
		if fixed == result.Text {
			break
		}
		result.Text = fixed
	}
	result.Repairs = log.repairs()
	return result
}

// round makes every repair that the damage in the text speaks for.
func round(text string, opt Options, log *journal) (string, []Proposal) {
	e := &evidence{chains: map[chain]bool{}, rewrites: map[rewrite]bool{}}
	var d *document
	for pass := range maxPasses {
		d = newDocument(text, opt, pass > 0, e)
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
		log.add(text, edits)
		text = apply(text, edits)
	}
	probable, certain := split(d.breaks())
	probable = append(probable, d.elisions()...)
	probable = append(probable, d.euphonics()...)
	probable = append(probable, d.escapes()...)
	if !isASCII(text) {
		probable = append(probable, d.lostBytes()...)
		for _, find := range []func(bool) []edit{d.runs, d.lostSpaces, d.letters} {
			probable = append(probable, find(true)...)
		}
		probable = append(probable, d.flags()...)
	}
	certain, probable = disjoint(certain, probable)
	if opt.AcceptProposals {
		certain, probable = merge(certain, probable), nil
	}
	log.add(text, certain)
	return apply(text, certain), proposals(text, probable)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
