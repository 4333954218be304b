package visits

import (
	"net/http"
	"strings"
	"sync"
)

// Request is what is looked at of a request, once it was answered.
type Request struct {
	Method    string
	Page      bool // it asked for an article's page, not for a record, feed, image or the like
	Status    int  // of the answer
	UserAgent string
	Referer   string
	Purpose   string // of Sec-Purpose, Purpose, X-Purpose or X-Moz; empty for nearly all
	Dest      string // Sec-Fetch-Dest
}

// Of picks what is looked at. page and status are as in Request.
func Of(r *http.Request, page bool, status int) Request {
	q := Request{
		Method: r.Method, Page: page, Status: status,
		UserAgent: first(r.Header["User-Agent"]), Referer: first(r.Header["Referer"]), Dest: first(r.Header["Sec-Fetch-Dest"]),
	}
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if q.Purpose = first(r.Header[name]); q.Purpose != "" {
			break
		}
	}
	return q
}

// first is what http.Header.Get tells of a name that is written as headers hold it: it
// is asked for with every request.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// Classifier tells origins. It may be used from many goroutines.
type Classifier struct {
	mastodon func(host string) bool
	machines func() *machines // read when first needed
}

// NewClassifier takes what tells whether a host, in lower case, is a Mastodon server of
// ours; nil: none is.
func NewClassifier(mastodon func(host string) bool) *Classifier {
	if mastodon == nil {
		mastodon = func(string) bool { return false }
	}
	return &Classifier{mastodon: mastodon, machines: sync.OnceValue(newMachines)}
}

// Classify tells where a request came from. Only a whole page that was read counts, or
// one that the reader still had (304). In doubt it is a machine: a visit too few is no
// boast.
func (c *Classifier) Classify(r Request) Origin {
	if !r.Page || r.Method != http.MethodGet || r.Status != http.StatusOK && r.Status != http.StatusNotModified {
		return None
	}
	if o := c.machines().find(r.UserAgent); o != None {
		return o
	}
	// Browsers that fetch before anybody clicked say so; a page is read as a document,
	// not by a script or in another page.
	if ahead(r.Purpose) || r.Dest != "" && r.Dest != "document" {
		return Preview
	}
	for _, app := range xApps {
		if strings.Contains(r.UserAgent, app) {
			return X
		}
	}
	if o := c.referrer(r.Referer); o != Direct {
		return o
	}
	for _, app := range feedApps {
		if strings.Contains(r.UserAgent, app) {
			return Feed
		}
	}
	return Direct
}

func ahead(purpose string) bool {
	if purpose == "" {
		return false
	}
	p := strings.ToLower(purpose)
	return strings.Contains(p, "prefetch") || strings.Contains(p, "prerender") || strings.Contains(p, "preview")
}
