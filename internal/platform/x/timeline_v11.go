package x

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// userTimelineURL is GET statuses/user_timeline.json of v1.1; without a user it is
// the account's own.
func (c *Client) userTimelineURL(cursor string) string {
	query := url.Values{"count": {"200"}, "tweet_mode": {"extended"}, "include_rts": {"false"}}
	if cursor != "" {
		query.Set("max_id", cursor)
	}
	return legacyRoot(c.base).String() + "/statuses/user_timeline.json?" + query.Encode()
}

// statusV11 is one post in the timeline of v1.1. GNU social has neither id_str nor full_text.
type statusV11 struct {
	ID          platform.Scalar `json:"id"`
	IDStr       string          `json:"id_str"`
	Text        string          `json:"text"`
	FullText    string          `json:"full_text"`
	Truncated   bool            `json:"truncated"`
	CreatedAt   string          `json:"created_at"`
	Entities    entities        `json:"entities"`
	ExternalURL string          `json:"external_url"`
	Repeats     json.RawMessage `json:"retweeted_status"`
	User        struct {
		ScreenName string `json:"screen_name"`
	} `json:"user"`
}

// judgeUserTimeline reads a page of the timeline of v1.1. Pages may be short or lack
// posts; only an empty one is the last.
func (c *Client) judgeUserTimeline(a platform.Answer) (platform.Page, error) {
	if a.Status != http.StatusOK {
		return platform.Page{}, refusal(a)
	}
	var list []statusV11
	ok, whole := a.DecodeWhole(&list)
	switch {
	case a.Err != nil || !ok:
		return platform.Page{}, a.Unclear()
	case list == nil:
		return platform.Page{}, a.Fail(delivery.Refused, errors.New("the answer is no list of posts"))
	}
	page := platform.Page{Unsure: !whole}
	for _, s := range list {
		id := cmp.Or(s.IDStr, string(s.ID))
		if !decimal(id) {
			page.Unsure = true
			continue
		}
		page.Next = before(id)
		if len(s.Repeats) == 0 || string(s.Repeats) == "null" {
			page.Posts = append(page.Posts, c.seenV11(a, id, s))
		}
	}
	if len(list) > 0 && page.Next == "" {
		page.Unsure = true // there is more, and nothing to ask for it with
	}
	return page, nil
}

func (c *Client) seenV11(a platform.Answer, id string, s statusV11) platform.Seen {
	text := cmp.Or(s.FullText, s.Text)
	seen := platform.Seen{
		Receipt: c.receipt(a, id, cmp.Or(s.User.ScreenName, c.knownUsername())),
		Links:   s.Entities.links(),
		Texts:   []string{unescape(text), s.Entities.expand(text)},
		Cut:     s.Truncated && s.FullText == "",
	}
	if external := platform.WebURL(s.ExternalURL); external != "" {
		seen.Receipt.URL = external
	}
	if at, err := time.Parse(time.RubyDate, s.CreatedAt); err == nil {
		seen.Receipt.PostedAt, seen.Dated = at, true
	}
	return seen
}

// before is the max_id that leaves out the post with this ID and all later ones.
func before(id string) string {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil || n == 0 {
		return ""
	}
	return strconv.FormatUint(n-1, 10)
}
