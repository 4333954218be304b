package platform

import (
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

// Search reads pages until the post that q names must have come, and picks it. A
// list that goes in circles or is longer than pages is given up, and then not Whole:
// who posts more since an attempt needs a person.
func Search(q Query, pages int, window func() Window, read func(cursor string) (Page, error)) (Found, error) {
	s := newSearch(q)
	cursor := ""
	for range pages {
		page, err := read(cursor)
		if err != nil && s.best != nil {
			break // found is found
		}
		if err != nil {
			return Found{}, AsError(err)
		}
		w := window()
		fresh := s.take(page, w)
		switch {
		case !fresh || page.Next == cursor && cursor != "": // the server does not turn pages
			return s.found(false), nil
		case w.endsBefore(page.Posts):
			return s.found(w.Sure), nil
		case page.Next == "":
			return s.found(w.Sure && !page.Capped), nil
		}
		cursor = page.Next
	}
	return s.found(false), nil
}

// search is what the pages so far have shown.
type search struct {
	q     Query
	ids   map[string]bool
	best  *Seen
	doubt bool // something was seen that may be the post, or could not be read
	shown bool // the list shows posts of the query's visibility
}

func newSearch(q Query) *search {
	return &search{
		q: q, ids: map[string]bool{},
		doubt: q.Link == "" && textKey(q.Text) == "", // nothing to look for
		shown: q.Visibility != "private" && q.Visibility != "direct",
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

func (s *search) found(whole bool) Found {
	f := Found{Whole: whole && !s.doubt && s.shown}
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
