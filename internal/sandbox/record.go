package sandbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Post is a post that exists, or existed until it was deleted.
type Post struct {
	ID             string    `json:"id"`
	Text           string    `json:"text"` // as it was sent
	At             time.Time `json:"at"`
	Key            string    `json:"key,omitempty"` // of the request; on X there must be none
	URL            string    `json:"url"`           // page for people
	Deleted        bool      `json:"deleted,omitempty"`
	ReplyTo        string    `json:"reply_to,omitempty"`
	Visibility     string    `json:"visibility,omitempty"`
	Language       string    `json:"language,omitempty"`
	ContentWarning string    `json:"content_warning,omitempty"`
	Sensitive      bool      `json:"sensitive,omitempty"`
	Media          []Media   `json:"media,omitempty"`
}

// Request is one request that arrived, whatever became of it. Requests to
// /_sandbox/ and to the pages for people are not recorded.
type Request struct {
	N      int       `json:"n"` // 1 is the first
	At     time.Time `json:"at"`
	Op     Op        `json:"op"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"`
	Text   string    `json:"text,omitempty"`    // of a create
	Key    string    `json:"key,omitempty"`     // Idempotency-Key or X-Idempotency-Key
	Fault  Kind      `json:"fault,omitempty"`   // the scripted fault that it met
	Status int       `json:"status"`            // what was answered; 0: no answer (yet)
	PostID string    `json:"post_id,omitempty"` // the post that exists because of this request
}

// Posts returns the posts that exist or existed, oldest first.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return values(s.posts)
}

// Requests returns the requests that arrived, oldest first.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return values(s.requests)
}

// Creates returns how many create requests arrived for each text.
func (s *Server) Creates() map[string]int {
	n := map[string]int{}
	for _, r := range s.Requests() {
		if r.Op == OpCreate {
			n[r.Text]++
		}
	}
	return n
}

// Reset forgets posts, requests, pictures and script; credentials and rate limits stay.
func (s *Server) Reset() error {
	err := s.Clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts, s.requests, s.media, s.arrived, s.forgotten = nil, nil, nil, 0, 0
	return err
}

// arrive records a request and takes the fault that it meets, if any.
func (s *Server) arrive(op Op, c *call) Fault {
	e := &Request{Op: op, Method: c.Method, Path: c.URL.Path, Query: c.URL.RawQuery, At: time.Now()}
	e.Key = cmp.Or(c.Header.Get("Idempotency-Key"), c.Header.Get("X-Idempotency-Key"))
	if op == OpCreate {
		e.Text = sentText(c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrived++
	e.N = s.arrived
	c.entry = e
	before := len(s.requests)
	s.requests = remember(s.requests, e, s.remember)
	s.forgotten += before + 1 - len(s.requests)
	fault := s.take(op)
	e.Fault = fault.Kind
	return fault
}

// store makes a post exist, unless the script silently drops it.
func (s *Server) store(c *call, p *Post) {
	if c.drop {
		return
	}
	c.entry.PostID = p.ID
	s.posts = remember(s.posts, p, s.remember)
}

// find returns the post with this ID, or nil; a deleted one is no more.
func (s *Server) find(id string) *Post {
	i := slices.IndexFunc(s.posts, func(p *Post) bool { return p.ID == id && !p.Deleted })
	if i < 0 {
		return nil
	}
	return s.posts[i]
}

// Post returns the post with this ID, unless it was deleted or never was.
func (s *Server) Post(id string) (Post, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.find(id)
	if p == nil {
		return Post{}, false
	}
	return *p, true
}

// visible returns the posts that a timeline shows at this moment, newest first.
func (s *Server) visible(now time.Time, lag time.Duration) []*Post {
	var shown []*Post
	for _, p := range slices.Backward(s.posts) {
		if !p.Deleted && now.Sub(p.At) >= lag {
			shown = append(shown, p)
		}
	}
	return shown
}

// remember appends and keeps at least the last n; copying at 2n makes it cheap.
func remember[T any](list []T, v T, n int) []T {
	if list = append(list, v); len(list) > 2*n {
		list = slices.Clone(list[len(list)-n:])
	}
	return list
}

func values[T any](list []*T) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = *v
	}
	return out
}

// sentText reads the text of a create in any of its encodings; empty if there is none.
func sentText(c *call) string {
	if c.form != nil {
		return c.form.Get("status")
	}
	var body struct{ Text, Status string }
	if json.Unmarshal(c.body, &body) != nil {
		return ""
	}
	if body.Text != "" {
		return body.Text
	}
	return body.Status
}

// kept is what is remembered for a time.
type kept[V any] struct {
	value V
	until time.Time
}

// prune makes room once limit are kept: it drops what is over, then anything, down to
// half. The bound on memory matters more than a repeat that comes after thousands of others.
func prune[V any](m map[string]kept[V], now time.Time, limit int) {
	if len(m) < limit {
		return
	}
	maps.DeleteFunc(m, func(_ string, k kept[V]) bool { return now.After(k.until) })
	for key := range m {
		if len(m) <= limit/2 {
			return
		}
		delete(m, key)
	}
}
