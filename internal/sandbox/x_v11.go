package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// update is POST /1.1/statuses/update.json, for accounts that still have v1.1.
func (x *X) update(c *call) reply {
	text := c.form.Get("status")
	if text == "" {
		return xCoded(http.StatusForbidden, 170, "Missing required parameter: status.")
	}
	p, refusal := x.post(c, draft{text, c.form.Get("in_reply_to_status_id"), splitIDs(c.form.Get("media_ids"))})
	if refusal != nil {
		return v11Refusal(x, *refusal)
	}
	id, err := strconv.ParseInt(p.ID, 10, 64)
	if err != nil {
		return x.documented("server-error")
	}
	rendered, links := render(p)
	return jsonReply(http.StatusOK, map[string]any{
		"created_at": p.At.UTC().Format(time.RubyDate), "id": id, "id_str": p.ID, "text": rendered, "truncated": false,
		"entities": v11Entities(links), "source": "crieur sandbox", "user": x.user(), "lang": "und", "favorited": false, "retweeted": false,
	})
}

// v11Refusal says in v1.1's words what v2 says otherwise.
func v11Refusal(x *X, a reply) reply {
	switch string(a.body) {
	case x.errors["duplicate"].Body:
		return xCoded(http.StatusForbidden, 187, "Status is a duplicate.")
	case x.errors["media-invalid"].Body:
		return xCoded(http.StatusBadRequest, 324, "The validation of media ids failed.")
	case x.errors["too-long"].Body:
		return xCoded(http.StatusForbidden, 186, "Tweet needs to be a bit shorter.")
	}
	return xCoded(http.StatusForbidden, 38, "status parameter is invalid.")
}

// verifyCredentials is GET /1.1/account/verify_credentials.json.
func (x *X) verifyCredentials(*call) reply { return jsonReply(http.StatusOK, x.user()) }

func (x *X) user() map[string]any {
	id, _ := strconv.ParseInt(x.cred.UserID, 10, 64) // a constant of ours
	return map[string]any{"id": id, "id_str": x.cred.UserID, "name": "crieur sandbox", "screen_name": x.opt.Username}
}
