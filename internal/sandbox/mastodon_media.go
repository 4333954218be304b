package sandbox

import (
	"fmt"
	"net/http"
	"unicode/utf8"
)

// mastodonMediaBytes is what configuration says.
const mastodonMediaBytes = 16 << 20

// upload is POST /api/v2/media.
func (m *Mastodon) upload(c *call) reply {
	return m.within(m.uploads, c, func(c *call) reply {
		fields, file, err := readUpload(c)
		switch alt := fields["description"]; {
		case err != nil || file == nil:
			return m.invalid("File can't be blank")
		case len(file) > mastodonMediaBytes:
			return m.invalid("File file size must be less than 16 MB")
		case utf8.RuneCountInString(alt) > m.descriptionLimit():
			return m.invalid(fmt.Sprintf("Description is too long (maximum is %d characters)", m.descriptionLimit()))
		}
		m.created++ // IDs of GoToSocial differ by it
		p, problem := receive(file, c.now, m.nextID(c.now), m.opt.MediaPolls)
		if problem != "" {
			return m.invalid("File content type is invalid, File is invalid")
		}
		p.Alt = fields["description"]
		m.keep(p)
		if p.polls > 0 {
			return jsonReply(http.StatusAccepted, m.attachment(p))
		}
		return jsonReply(http.StatusOK, m.attachment(p))
	})
}

// media is GET /api/v1/media/{id}.
func (m *Mastodon) mediaState(c *call) reply {
	p := m.uploaded(c.PathValue("id"))
	if p == nil || p.PostID != "" {
		return m.documented("record-not-found")
	}
	if p.polls > 0 {
		p.polls--
		return jsonReply(http.StatusPartialContent, m.attachment(p))
	}
	return jsonReply(http.StatusOK, m.attachment(p))
}

// attachment is the MediaAttachment entity; one that is still processed has no address.
func (m *Mastodon) attachment(p *Media) map[string]any {
	v := map[string]any{
		"id": p.ID, "type": "image", "url": nil, "preview_url": nil, "remote_url": nil, "description": orNull(p.Alt), "blurhash": nil,
		"meta": map[string]any{"original": map[string]any{"width": p.Width, "height": p.Height}},
	}
	if p.polls == 0 {
		v["url"], v["preview_url"] = m.URL+"/media/"+p.ID, m.URL+"/media/"+p.ID
	}
	return v
}

// mediaRefusal judges the pictures of a status.
func (m *Mastodon) mediaRefusal(ids []string) (reply, bool) {
	if len(ids) > 4 {
		return m.documented("media-too-many"), true
	}
	for _, id := range ids {
		switch p := m.uploaded(id); {
		case (p == nil || p.PostID != "") && m.opt.Flavour == GoToSocial:
			return mastodonError(http.StatusBadRequest, "Bad Request: media not found for id "+id), true
		case p == nil || p.PostID != "":
			return m.invalid("Media " + id + " not found or already attached to another post"), true
		case p.polls > 0:
			return m.documented("media-not-processed"), true
		}
	}
	return reply{}, false
}

func (m *Mastodon) descriptionLimit() int {
	if m.opt.Flavour == Mastodon46 {
		return 10_000
	}
	return 1500
}
