package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"crieur/internal/textlen"
)

// create is POST /2/tweets.
func (x *X) create(c *call) reply {
	if mediaType(c.Request) != "application/json" {
		return xInvalid("Requests with bodies must have content-type of application/json.")
	}
	t, problem := readTweet(c.body)
	if problem != "" {
		return xInvalid(problem)
	}
	p, refusal := x.post(c, t)
	if refusal != nil {
		return *refusal
	}
	rendered, _ := render(p)
	return jsonReply(http.StatusCreated, map[string]any{
		"data": map[string]any{"id": p.ID, "text": rendered, "edit_history_tweet_ids": []string{p.ID}},
	})
}

// draft is what a create asks for.
type draft struct {
	text, replyTo string
	media         []string
}

// readTweet reads the body of a create as strictly as X does; problem is its complaint.
func readTweet(body []byte) (t draft, problem string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return t, "$: the body is not a JSON object"
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch name {
		case "text":
			if json.Unmarshal(fields[name], &t.text) != nil {
				return t, "$.text: string expected"
			}
		case "reply":
			var reply struct {
				ID string `json:"in_reply_to_tweet_id"`
			}
			if json.Unmarshal(fields[name], &reply) != nil || reply.ID == "" {
				return t, "$.reply.in_reply_to_tweet_id: is missing but it is required"
			}
			t.replyTo = reply.ID
		case "media":
			var media struct {
				IDs []string `json:"media_ids"`
			}
			if json.Unmarshal(fields[name], &media) != nil || len(media.IDs) == 0 || len(media.IDs) > 4 {
				return t, "$.media.media_ids: 1 to 4 IDs expected"
			}
			t.media = media.IDs
		case "made_with_ai", "reply_settings":
		default:
			return t, fmt.Sprintf("$.%s: is not defined in the schema and the schema does not allow additional properties", name)
		}
	}
	return t, ""
}

// post makes a post of the account exist, by X's rules for its text.
func (x *X) post(c *call, t draft) (*Post, *reply) {
	text := t.text
	refuse := func(a reply) (*Post, *reply) { return nil, &a }
	if strings.TrimSpace(text) == "" {
		return refuse(xInvalid("$.text: a text or media is required"))
	}
	if err := textlen.CheckX(text); err != nil {
		return refuse(xInvalid("$.text: " + err.Error()))
	}
	if textlen.X(text) > x.opt.XLimit {
		return refuse(x.documented("too-long"))
	}
	if !x.attachable(t.media, c.now) {
		return refuse(x.documented("media-invalid"))
	}
	if x.duplicate(text) {
		return refuse(x.documented("duplicate"))
	}
	id := x.ids.next(c.now)
	p := &Post{ID: id, Text: text, At: c.now, URL: x.URL + "/" + x.opt.Username + "/status/" + id, ReplyTo: t.replyTo, Key: c.entry.Key}
	if !c.drop {
		x.attach(p, t.media)
	}
	x.store(c, p)
	return p, nil
}

// duplicate tells whether the account has this text already; a deleted post frees its text.
func (x *X) duplicate(text string) bool {
	text = strings.TrimSpace(text)
	return slices.ContainsFunc(x.posts, func(p *Post) bool { return !p.Deleted && strings.TrimSpace(p.Text) == text })
}

// remove is DELETE /2/tweets/{id}; X answers the same for a post that is not there.
func (x *X) remove(c *call) reply {
	id := c.PathValue("id")
	if !decimal(id) {
		return xInvalid(fmt.Sprintf("The `id` query parameter value [%s] is not valid", id))
	}
	if p := x.find(id); p != nil {
		p.Deleted = true
	}
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{"deleted": true}})
}

// me is GET /2/users/me.
func (x *X) me(*call) reply {
	return jsonReply(http.StatusOK, map[string]any{
		"data": map[string]any{"id": x.cred.UserID, "name": "crieur sandbox", "username": x.opt.Username},
	})
}

func decimal(s string) bool {
	return s != "" && len(s) <= 19 && strings.Trim(s, "0123456789") == ""
}
