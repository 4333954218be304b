package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What X takes of a picture.
const (
	xMediaBytes = 5 << 20
	xAlt        = 1000
)

var errNoForm = errors.New("want multipart/form-data")

// upload is POST /2/media/upload.
func (x *X) upload(c *call) reply {
	fields, file, err := readUpload(c)
	switch {
	case err != nil:
		return xInvalid(err.Error())
	case file == nil:
		return xInvalid("$.media: is missing but it is required")
	case fields["media_category"] != "tweet_image":
		return xInvalid(fmt.Sprintf("$.media_category: does not have a value in the enumeration: %q", fields["media_category"]))
	case len(file) > xMediaBytes:
		return jsonReply(http.StatusBadRequest, map[string]any{"title": "Bad Request", "detail": "The file size exceeds the limit.", "type": "about:blank", "status": 400})
	}
	m, problem := receive(file, c.now, x.ids.next(c.now), x.opt.MediaPolls)
	if problem == "" && fields["media_type"] != "" && fields["media_type"] != m.Type {
		problem = "media_type " + fields["media_type"] + " of " + m.Type
	}
	if problem != "" {
		return xInvalid("media type unrecognized: " + problem)
	}
	x.keep(m)
	return jsonReply(http.StatusOK, map[string]any{"data": x.mediaState(m)})
}

// mediaState is what X says of a picture.
func (x *X) mediaState(m *Media) map[string]any {
	state := map[string]any{
		"id": m.ID, "media_key": "3_" + m.ID, "size": m.Bytes, "expires_after_secs": int(x.opt.MediaLife.Seconds()),
	}
	if x.opt.MediaPolls > 0 {
		now := "succeeded"
		if m.polls > 0 {
			now = "in_progress"
		}
		state["processing_info"] = map[string]any{"state": now, "check_after_secs": 1, "progress_percent": 50}
	}
	return state
}

// mediaStatus is GET /2/media/upload?command=STATUS.
func (x *X) mediaStatus(c *call) reply {
	q := c.URL.Query()
	m := x.uploaded(q.Get("media_id"))
	if q.Get("command") != "STATUS" || m == nil {
		return xInvalid("The `media_id` query parameter value [" + q.Get("media_id") + "] is not valid")
	}
	m.polls = max(m.polls-1, 0)
	return jsonReply(http.StatusOK, map[string]any{"data": x.mediaState(m)})
}

// metadata is POST /2/media/metadata.
func (x *X) metadata(c *call) reply {
	var body struct {
		ID       string `json:"id"`
		Metadata struct {
			Alt struct {
				Text string `json:"text"`
			} `json:"alt_text"`
		} `json:"metadata"`
	}
	if mediaType(c.Request) != "application/json" || json.Unmarshal(c.body, &body) != nil {
		return xInvalid("Requests with bodies must have content-type of application/json.")
	}
	m, alt := x.uploaded(body.ID), body.Metadata.Alt.Text
	switch {
	case m == nil:
		return xInvalid("$.id: no such media")
	case alt == "" || utf8.RuneCountInString(alt) > xAlt:
		return xInvalid(fmt.Sprintf("$.metadata.alt_text.text: must be 1 to %d characters long", xAlt))
	}
	m.Alt = alt
	return jsonReply(http.StatusOK, map[string]any{"data": map[string]any{"id": m.ID, "associated_metadata": body.Metadata}})
}

// attachable tells whether all pictures can be attached now.
func (x *X) attachable(ids []string, now time.Time) bool {
	return len(ids) <= 4 && !slices.ContainsFunc(ids, func(id string) bool {
		m := x.uploaded(id)
		return m == nil || m.polls > 0 || now.Sub(m.At) >= x.opt.MediaLife
	})
}

func splitIDs(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
