package outbox

import (
	"fmt"
	"strings"
)

// mostCandidates are shown to a person who has to choose.
const mostCandidates = 5

// AmbiguousError is a name that several articles share.
type AmbiguousError struct {
	Name       string
	Candidates []Candidate // newest first where the name is the beginning of an ID
	More       bool        // there are others
}

// Candidate is an article that may be meant.
type Candidate struct{ ID, Slug, Title string }

// Error lists the candidates, a line each.
func (e *AmbiguousError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q: several articles begin so, give more characters:", e.Name)
	for _, c := range e.Candidates {
		fmt.Fprintf(&b, "\n  %s  %s", c.ID, c.Title)
	}
	if e.More {
		b.WriteString("\n  … and others")
	}
	return b.String()
}

func (t tx) ambiguous(name string, ids []string) error {
	e := &AmbiguousError{Name: name, More: len(ids) > mostCandidates}
	for _, id := range ids[:min(len(ids), mostCandidates)] {
		a, _, err := t.article(id)
		if err != nil {
			return err
		}
		e.Candidates = append(e.Candidates, Candidate{ID: id, Slug: a.Slug, Title: a.Title})
	}
	return e
}
