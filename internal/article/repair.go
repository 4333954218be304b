package article

import (
	"fmt"
	"slices"
	"strings"

	"crieur/internal/mojibake"
)

// reader reads one article and collects what was done and what is wrong.
type reader struct {
	name  string
	opt   Options
	text  string   // the whole file, decoded
	split []string // its lines, once they are asked for
	lang  string   // as the article names it, "" when it does not

	repairs   repairLog
	proposals []mojibake.Proposal
	warnings  []string
	mistakes  []*Error
	fields    map[string]field // what was read of each, with its place
}

func (r *reader) fail(line int, format string, args ...any) {
	r.mistakes = append(r.mistakes, &Error{File: r.name, Line: line, Err: fmt.Errorf(format, args...)})
}

// warn notes what a person should look at; line is 0 when none is to blame.
func (r *reader) warn(line int, format string, args ...any) {
	w := fmt.Sprintf(format, args...)
	if line > 0 {
		w = fmt.Sprintf("line %d: %s", line, w)
	}
	if !slices.Contains(r.warnings, w) {
		r.warnings = append(r.warnings, w)
	}
}

// part is a text of the article that may be damaged. Addresses, moments and names are none.
type part struct {
	key      string
	text     *string
	line     int  // of the file, where it begins
	spread   bool // its lines are the file's
	entities bool // to be decoded here; Markdown's renderer does that itself
}

// between keeps the parts of an article apart while they are repaired as one text. No
// part may hold its control character, which cleaning would take out anyway.
const (
	separator = "\x1e"
	between   = "\n\n" + separator + "\n\n"
)

// mend decodes entities, repairs and cleans. The parts are repaired together, for what
// one of them certainly suffered is evidence of what befell the others.
func (r *reader) mend(parts []part) {
	texts := make([]string, 0, len(parts))
	for _, p := range parts {
		if p.entities {
			decoded, repairs := decodeEntities(*p.text)
			*p.text = decoded
			r.repairs.add(repairs...)
		}
		r.unescape(p)
		texts = append(texts, *p.text)
	}
	res := r.fix(strings.Join(texts, between))
	if pieces := strings.Split(res.Text, between); len(pieces) == len(parts) {
		r.took(res, parts, texts)
		for i, p := range parts {
			*p.text = r.clean(p, texts[i], pieces[i])
		}
		return
	}
	// The repair took away what keeps the parts apart: rather less evidence than a mixture.
	for i, p := range parts {
		res := r.fix(texts[i])
		r.took(res, parts[i:i+1], texts[i:i+1])
		*p.text = r.clean(p, texts[i], res.Text)
	}
}

func (r *reader) fix(text string) mojibake.Result {
	return mojibake.Fix(text, mojibake.Options{Language: r.lang, Fallback: r.opt.Language, AcceptProposals: r.opt.AcceptProposals})
}

// took notes the repairs of parts that were repaired as one, and puts the proposals
// on their lines of the file.
func (r *reader) took(res mojibake.Result, parts []part, texts []string) {
	r.repairs.add(res.Repairs...)
	i, first := 0, 1 // the part that a proposal is in, and its first line in the one text
	for _, p := range res.Proposals {
		for i+1 < len(parts) {
			next := first + strings.Count(texts[i]+between, "\n")
			if p.Line < next {
				break
			}
			i, first = i+1, next
		}
		below := p.Line - first
		if p.Line = parts[i].line; parts[i].spread {
			p.Line += below
		}
		r.proposals = append(r.proposals, p)
	}
}

// clean cleans a part; before is what it was before its repair, whose lines are the file's.
func (r *reader) clean(p part, before, s string) string {
	cleaned, warnings := clean(s)
	for _, w := range warnings {
		line := p.line
		for _, text := range [...]string{before, s} { // a repair may bring the character to light
			below := slices.IndexFunc(strings.Split(text, "\n"), func(l string) bool {
				_, found := clean(l)
				return slices.Contains(found, w)
			})
			if p.spread && below >= 0 {
				line += below
				break
			}
		}
		r.warn(line, "%s: %s", p.key, w)
	}
	return cleaned
}

// repairLog keeps repairs distinct, in order, and counts them.
type repairLog struct {
	list []mojibake.Repair
	at   map[mojibake.Repair]int // by the repair without its count
}

func (l *repairLog) add(repairs ...mojibake.Repair) {
	if l.at == nil {
		l.at = map[mojibake.Repair]int{}
	}
	for _, r := range repairs {
		r.Count = max(1, r.Count) // a repair without a count was made once
		key := r
		key.Count = 0
		if i, known := l.at[key]; known {
			l.list[i].Count += r.Count
			continue
		}
		l.at[key] = len(l.list)
		l.list = append(l.list, r)
	}
}
