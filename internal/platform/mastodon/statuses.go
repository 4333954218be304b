package mastodon

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// snacShows is how many statuses snac lists, whatever limit and max_id say [run: 2.75].
const snacShows = 256

// status is one entry of the account's own statuses.
type status struct {
	ID         platform.Scalar `json:"id"`
	URL        string          `json:"url"`
	URI        string          `json:"uri"`
	CreatedAt  string          `json:"created_at"`
	Content    string          `json:"content"`
	Text       string          `json:"text"` // as it was sent; of snac, and sometimes of GoToSocial
	Visibility string          `json:"visibility"`
	Reblog     json.RawMessage `json:"reblog"`
}

// judgeStatuses reads a page of GET /api/v1/accounts/:id/statuses.
func judgeStatuses(a platform.Answer) (platform.Page, error) {
	if a.Status != http.StatusOK {
		return platform.Page{}, refusal(a)
	}
	var list []status
	ok, whole := a.DecodeWhole(&list)
	switch {
	case a.Err != nil || !ok:
		return platform.Page{}, a.Unclear()
	case list == nil:
		return platform.Page{}, a.Fail(delivery.Refused, errors.New("the answer is no list of statuses"))
	}
	page := platform.Page{Unsure: !whole}
	for _, s := range list {
		id := s.ID.ID()
		if id == "" {
			page.Unsure = true
			continue
		}
		page.Next = id
		if len(s.Reblog) == 0 || string(s.Reblog) == "null" {
			page.Posts = append(page.Posts, seen(a, id, s))
		}
	}
	// Only an empty page without a link is the last: others leave the link out, or
	// answer pages that are not full.
	page.Next = cmp.Or(olderThan(a.Header), page.Next)
	if strings.HasPrefix(a.Header.Get("X-Creator"), "snac/") {
		page.Next, page.Capped = "", len(list) >= snacShows
	}
	return page, nil
}

func seen(a platform.Answer, id string, s status) platform.Seen {
	p := platform.Seen{
		Receipt: delivery.Receipt{
			PostID:   id,
			URL:      cmp.Or(platform.WebURL(s.URL), platform.WebURL(s.URI)),
			PostedAt: postedAt(a, s.CreatedAt),
		},
		Visibility: s.Visibility,
	}
	at, err := time.Parse(time.RFC3339, s.CreatedAt)
	p.Dated = err == nil && at.Unix() > 0
	text, links := readContent(s.Content)
	p.Links, p.Texts = links, []string{text, shortMentions(text)}
	if s.Text != "" {
		p.Texts = append(p.Texts, s.Text, shortMentions(s.Text))
	}
	return p
}

// olderThan is the max_id of the page that the Link header calls next (RFC 8288). Its
// address is not followed: it may lead anywhere.
func olderThan(h http.Header) string {
	for _, value := range h.Values("Link") {
		for value != "" {
			_, rest, found := strings.Cut(value, "<")
			if !found {
				break
			}
			address, rest, found := strings.Cut(rest, ">")
			if !found {
				break
			}
			params, _, _ := strings.Cut(rest, "<")
			value = rest
			if !strings.Contains(params, `rel="next"`) && !strings.Contains(params, "rel=next") {
				continue
			}
			if u, err := url.Parse(address); err == nil {
				return platform.Scalar(u.Query().Get("max_id")).ID()
			}
		}
	}
	return ""
}
