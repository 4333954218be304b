package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const mastodonTime = "2006-01-02T15:04:05.000Z"

// status is GET /api/v1/statuses/{id}.
func (m *Mastodon) status(c *call) reply {
	p := m.find(c.PathValue("id"))
	if p == nil {
		return m.documented("record-not-found")
	}
	return jsonReply(http.StatusOK, m.show(p))
}

// remove is DELETE /api/v1/statuses/{id}; the answer carries the source text, to be written anew.
func (m *Mastodon) remove(c *call) reply {
	return m.within(m.deletes, c, func(c *call) reply {
		p := m.find(c.PathValue("id"))
		if p == nil {
			return m.documented("record-not-found")
		}
		p.Deleted = true
		v := m.show(p)
		v["text"] = p.Text
		return jsonReply(http.StatusOK, v)
	})
}

// list is GET /api/v1/accounts/{id}/statuses, newest first, with Link headers.
func (m *Mastodon) list(c *call) reply {
	if c.PathValue("id") != m.cred.AccountID {
		return m.documented("record-not-found")
	}
	q := c.URL.Query()
	size, most := 20, 40
	if m.opt.Flavour == GoToSocial {
		size, most = 30, 80
	}
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		size = min(n, most)
	}
	owner := c.Header.Get("Authorization") != "" // a token that got here is the account's own
	posts := slices.DeleteFunc(m.visible(c.now, m.opt.TimelineLag), func(p *Post) bool { return !listed(p, q, owner) })
	more := len(posts) > size
	if more && q.Get("min_id") != "" {
		posts = posts[len(posts)-size:] // min_id pages upwards, from just after it
	} else if more {
		posts = posts[:size]
	}
	statuses := make([]map[string]any, len(posts))
	for i, p := range posts {
		statuses[i] = m.show(p)
	}
	a := jsonReply(http.StatusOK, statuses)
	if len(posts) > 0 {
		a.header.Set("Link", m.linkHeader(c.URL, posts, len(posts) == size))
	}
	return a
}

// listed tells whether a post belongs into this page for this reader. There are no
// reblogs here, so exclude_reblogs excludes nothing; only_media excludes everything.
func listed(p *Post, q url.Values, owner bool) bool {
	after := func(name string) bool { return q.Get(name) == "" || later(p.ID, q.Get(name)) }
	return (q.Get("max_id") == "" || later(q.Get("max_id"), p.ID)) && after("since_id") && after("min_id") &&
		!(truth(q.Get("exclude_replies")) && p.ReplyTo != "") &&
		!truth(q.Get("only_media")) && !truth(q.Get("pinned")) &&
		(owner || p.Visibility == "public" || p.Visibility == "unlisted")
}

func truth(s string) bool { return s == "true" || s == "1" }

// linkHeader names the older page if this one is full, and always the newer one.
func (m *Mastodon) linkHeader(u *url.URL, posts []*Post, full bool) string {
	link := func(name, id, rel string) string {
		q := u.Query()
		for _, n := range []string{"max_id", "min_id", "since_id"} {
			q.Del(n)
		}
		q.Set(name, id)
		return "<" + m.URL + u.Path + "?" + q.Encode() + `>; rel="` + rel + `"`
	}
	prev := link("min_id", posts[0].ID, "prev")
	if !full {
		return prev
	}
	return link("max_id", posts[len(posts)-1].ID, "next") + ", " + prev
}

// show is the Status entity of a post.
func (m *Mastodon) show(p *Post) map[string]any {
	content, tags := m.content(p.Text)
	none, media := []any{}, []any{}
	for _, a := range p.Media {
		media = append(media, m.attachment(&a))
	}
	return map[string]any{
		"id": p.ID, "created_at": p.At.UTC().Format(mastodonTime), "in_reply_to_id": orNull(p.ReplyTo), "in_reply_to_account_id": nil,
		"sensitive": p.Sensitive, "spoiler_text": p.ContentWarning, "visibility": p.Visibility, "language": p.Language,
		"uri": m.URL + "/users/" + m.opt.Username + "/statuses/" + p.ID, "url": p.URL,
		"replies_count": 0, "reblogs_count": 0, "favourites_count": 0, "edited_at": nil,
		"favourited": false, "reblogged": false, "muted": false, "bookmarked": false, "pinned": false,
		"content": content, "filtered": none, "reblog": nil, "application": map[string]any{"name": "crieur sandbox", "website": nil},
		"account": m.shownAccount(), "media_attachments": media, "mentions": none, "tags": tags, "emojis": none, "card": nil, "poll": nil,
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
