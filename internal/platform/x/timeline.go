package x

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/textlen"
)

// clockNews is how much a server's clock may correct ours during a look, without
// what start_time has left out being in doubt.
const clockNews = time.Minute

// firstTime is the earliest start_time that X takes.
var firstTime = time.Date(2010, 11, 6, 0, 0, 0, 0, time.UTC)

// longer tells whether X shows the text cut, and whole only as a note.
func longer(text string) bool { return textlen.X(text) > maxCharacters }

// timelineURL is GET /2/users/:id/tweets, newest first, back to from.
func (c *Client) timelineURL(user string, from time.Time, note bool, cursor string) string {
	query := url.Values{"max_results": {"100"}, "exclude": {"retweets"}, "tweet.fields": {"created_at,entities"}}
	if note {
		query.Set("tweet.fields", "created_at,entities,note_tweet")
	}
	if from.After(firstTime) {
		query.Set("start_time", from.UTC().Truncate(time.Second).Format(time.RFC3339))
	}
	if cursor != "" {
		query.Set("pagination_token", cursor)
	}
	return c.base.String() + "/2/users/" + user + "/tweets?" + query.Encode()
}

// tweet is one post in the timeline of v2.
type tweet struct {
	ID        string   `json:"id"`
	Text      string   `json:"text"`
	CreatedAt string   `json:"created_at"`
	Entities  entities `json:"entities"`
	Note      struct { // the whole of a text that is longer than 280
		Text     string   `json:"text"`
		Entities entities `json:"entities"`
	} `json:"note_tweet"`
}

// judgeTimeline reads a page of the timeline of v2. Only one whose result_count
// agrees with what is there was read whole.
func (c *Client) judgeTimeline(a platform.Answer) (platform.Page, error) {
	if a.Status != http.StatusOK {
		return platform.Page{}, refusal(a)
	}
	var body struct {
		Data   []tweet `json:"data"`
		Errors []any   `json:"errors"`
		Meta   *struct {
			Count *int   `json:"result_count"`
			Next  string `json:"next_token"`
		} `json:"meta"`
	}
	ok, whole := a.DecodeWhole(&body)
	switch {
	case a.Err != nil || !ok:
		return platform.Page{}, a.Unclear()
	case body.Meta == nil && len(body.Data) == 0:
		if p, explained := explain(a); explained {
			return platform.Page{}, a.Fail(delivery.Refused, p)
		}
		return platform.Page{}, a.Fail(delivery.Refused, errors.New("the answer is no timeline"))
	}
	page := platform.Page{Unsure: !whole || len(body.Errors) > 0 || body.Meta == nil}
	if body.Meta != nil {
		page.Next = body.Meta.Next
		page.Unsure = page.Unsure || body.Meta.Count == nil || *body.Meta.Count != len(body.Data)
	}
	for _, t := range body.Data {
		if !decimal(t.ID) {
			page.Unsure = true
			continue
		}
		page.Posts = append(page.Posts, c.seen(a, t))
	}
	return page, nil
}

func (c *Client) seen(a platform.Answer, t tweet) platform.Seen {
	s := platform.Seen{Receipt: c.receipt(a, t.ID, c.knownUsername())}
	if at, err := time.Parse(time.RFC3339, t.CreatedAt); err == nil {
		s.Receipt.PostedAt, s.Dated = at, true
	}
	s.Links = append(t.Entities.links(), t.Note.Entities.links()...)
	s.Texts = []string{unescape(t.Text), t.Entities.expand(t.Text)}
	if t.Note.Text != "" {
		s.Texts = append(s.Texts, unescape(t.Note.Text), t.Note.Entities.expand(t.Note.Text))
	}
	s.Cut = t.Note.Text == "" && cutOff(t.Text)
	return s
}

// cutOff tells whether X may have shortened a text: it is about as long as an
// ordinary post can be and ends with an ellipsis, perhaps with a link after it.
func cutOff(text string) bool {
	const nearly = maxCharacters * 9 / 10
	if textlen.X(text) < nearly {
		return false
	}
	if i := strings.LastIndex(text, " https://t.co/"); i >= 0 {
		text = text[:i]
	}
	return strings.HasSuffix(strings.TrimSpace(text), "…")
}
