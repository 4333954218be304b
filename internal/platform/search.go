package platform

import (
	"slices"

	"crieur/internal/delivery"
)

// Seen is one post as a list of the account's own posts shows it.
type Seen struct {
	Receipt    delivery.Receipt
	Dated      bool     // PostedAt is what the list says, not a makeshift
	Links      []string // where its links lead
	Texts      []string // what people read, in each form that the list has
	Cut        bool     // the list does not show all of it
	Visibility string   // Mastodon only
}

// Page is one page of such a list.
type Page struct {
	Posts  []Seen
	Next   string // what asks for the page after this one; empty: there is none
	Capped bool   // there is none only because the server shows no more
	Unsure bool   // not all of the page could be read
}

// Search is SearchEach for one query.
func Search(q Query, pages int, window func() Window, read func(cursor string) (Page, error)) (Found, error) {
	found, err := SearchEach([]Query{q}, pages, func(Query) Window { return window() }, read)
	if err != nil {
		return Found{}, err
	}
	return found[0], nil
}

// SearchEach reads pages until the posts that the queries name must have come, each page
// once, and picks them, in the order of the queries. A list that goes in circles or is
// longer than pages is given up, and then not Whole: who posts more since an attempt
// needs a person.
func SearchEach(qs []Query, pages int, window func(Query) Window, read func(cursor string) (Page, error)) ([]Found, error) {
	all := make([]*search, len(qs))
	for i, q := range qs {
		all[i] = newSearch(q)
	}
	cursor := ""
	for n := 0; n < pages && slices.ContainsFunc(all, (*search).open); n++ {
		page, err := read(cursor)
		if err != nil && !slices.ContainsFunc(all, (*search).missing) {
			break // found is found
		}
		if err != nil {
			return nil, AsError(err)
		}
		turned := page.Next != cursor || cursor == "" // else the server does not turn pages
		for _, s := range all {
			if s.open() {
				s.read(page, window(s.q), turned)
			}
		}
		cursor = page.Next
	}
	found := make([]Found, len(all))
	for i, s := range all {
		found[i] = s.found()
	}
	return found, nil
}

// search is what the pages so far have shown.
type search struct {
	q     Query
	ids   map[string]bool
	best  *Seen
	doubt bool // something was seen that may be the post, or could not be read
	shown bool // the list shows posts of the query's visibility
	ended bool // no further page can tell more
	whole bool // it ended where it had to
}

func newSearch(q Query) *search {
	return &search{
		q: q, ids: map[string]bool{},
		doubt: q.Link == "" && textKey(q.Text) == "", // nothing to look for
		shown: q.Visibility != "private" && q.Visibility != "direct",
	}
}

func (s *search) open() bool    { return !s.ended }
func (s *search) missing() bool { return s.best == nil }

// read takes a page, and notes whether it is the last that has to be read.
func (s *search) read(page Page, w Window, turned bool) {
	switch {
	case !s.take(page, w) || !turned:
		s.ended = true
	case w.endsBefore(page.Posts):
		s.ended, s.whole = true, w.Sure
	case page.Next == "":
		s.ended, s.whole = true, w.Sure && !page.Capped
	}
}

// take looks at a page; false: it has posts that an earlier page had.
func (s *search) take(page Page, w Window) bool {
	s.doubt = s.doubt || page.Unsure
	for i := range page.Posts {
		p := &page.Posts[i]
		if s.ids[p.Receipt.PostID] {
			return false
		}
		s.shown = s.shown || p.Visibility == s.q.Visibility
		s.look(p, w)
	}
	for _, p := range page.Posts {
		s.ids[p.Receipt.PostID] = true
	}
	return true
}

// look judges one post: it is the one, it is not, or nobody can tell.
func (s *search) look(p *Seen, w Window) {
	early := p.Dated && p.Receipt.PostedAt.Before(w.From)
	late := p.Dated && p.Receipt.PostedAt.After(w.Until)
	switch {
	case s.q.Link != "" && p.holds(s.q.Link):
		// Older than the attempt, yet with its link: a clock was wrong, or a person posted it.
		s.doubt = s.doubt || early
		if !early {
			s.keep(p)
		}
	case early || s.q.Link == "" && late:
	case p.Cut:
		s.doubt = true
	case s.q.Link != "":
	case p.says(s.q.Text, textKey):
		s.doubt = s.doubt || !p.Dated
		if p.Dated {
			s.keep(p)
		}
	case p.says(s.q.Text, lettersOf): // as a server that rewrites marks and emoji would show it
		s.doubt = true
	}
}

// keep prefers the earliest: a later one is somebody's repeat.
func (s *search) keep(p *Seen) {
	if s.best == nil || p.Receipt.PostedAt.Before(s.best.Receipt.PostedAt) {
		s.best = p
	}
}

func (s *search) found() Found {
	f := Found{Whole: s.whole && !s.doubt && s.shown}
	if s.best != nil {
		receipt := s.best.Receipt
		f.Receipt = &receipt
	}
	return f
}

func (p *Seen) holds(link string) bool {
	for _, l := range p.Links {
		if SameLink(l, link) {
			return true
		}
	}
	for _, text := range p.Texts {
		if HoldsLink(text, link) {
			return true
		}
	}
	return false
}

func (p *Seen) says(text string, key func(string) string) bool {
	want := key(text)
	for _, t := range p.Texts {
		if want != "" && key(t) == want {
			return true
		}
	}
	return false
}
