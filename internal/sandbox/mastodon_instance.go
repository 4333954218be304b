package sandbox

import (
	"net/http"
	"strings"
)

func (m *Mastodon) version() string {
	switch m.opt.Flavour {
	case Mastodon46:
		return "4.6.5"
	case GoToSocial:
		return "0.20.2+git-sandbox"
	case Mastodon45:
	}
	return "4.5.4"
}

// configuration is what both instance calls say of the limits.
func (m *Mastodon) configuration() map[string]any {
	perURL := 23
	if m.opt.Flavour == GoToSocial {
		perURL = 25
	}
	return map[string]any{
		"accounts": map[string]any{"max_featured_tags": 10},
		"statuses": map[string]any{"max_characters": m.opt.MaxCharacters, "max_media_attachments": 4, "characters_reserved_per_url": perURL},
		"media_attachments": map[string]any{
			"supported_mime_types": []string{"image/jpeg", "image/png", "image/gif", "image/webp"},
			"description_limit":    m.descriptionLimit(), "image_size_limit": mastodonMediaBytes, "image_matrix_limit": 33_177_600,
		},
		"polls": map[string]any{"max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746},
	}
}

func (m *Mastodon) domain() string { return strings.TrimPrefix(m.URL, "http://") }

func rules() []map[string]string {
	return []map[string]string{{"id": "1", "text": "Automated accounts carry the bot flag and post with measure.", "hint": ""}}
}

// instanceV2 is GET /api/v2/instance.
func (m *Mastodon) instanceV2(*call) reply {
	configuration := m.configuration()
	configuration["urls"] = map[string]string{"streaming": "ws://" + m.domain()}
	source := "https://github.com/mastodon/mastodon"
	if m.opt.Flavour == GoToSocial {
		source = "https://codeberg.org/superseriousbusiness/gotosocial"
	}
	return jsonReply(http.StatusOK, map[string]any{
		"domain": m.domain(), "title": "crieur sandbox", "version": m.version(), "source_url": source,
		"description": "A server on loopback that nobody else sees.", "usage": map[string]any{"users": map[string]int{"active_month": 1}},
		"thumbnail": map[string]string{"url": m.URL + "/thumbnail.png"}, "languages": []string{"en"}, "configuration": configuration,
		"registrations": map[string]any{"enabled": false, "approval_required": false, "message": nil},
		"contact":       map[string]any{"email": "", "account": m.shownAccount()}, "rules": rules(),
	})
}

// instanceV1 is GET /api/v1/instance.
func (m *Mastodon) instanceV1(*call) reply {
	return jsonReply(http.StatusOK, map[string]any{
		"uri": m.domain(), "title": "crieur sandbox", "short_description": "", "description": "A server on loopback that nobody else sees.",
		"email": "", "version": m.version(), "urls": map[string]string{"streaming_api": "ws://" + m.domain()},
		"stats":     map[string]int{"user_count": 1, "status_count": m.created, "domain_count": 1},
		"thumbnail": m.URL + "/thumbnail.png", "languages": []string{"en"}, "registrations": false, "approval_required": false,
		"invites_enabled": false, "configuration": m.configuration(), "contact_account": m.shownAccount(), "rules": rules(),
	})
}

// verifyCredentials is GET /api/v1/accounts/verify_credentials.
func (m *Mastodon) verifyCredentials(*call) reply {
	v := m.shownAccount()
	v["source"] = map[string]any{"privacy": "public", "sensitive": false, "language": nil, "note": "", "fields": []any{}}
	return jsonReply(http.StatusOK, v)
}

// shownAccount is the Account entity.
func (m *Mastodon) shownAccount() map[string]any {
	none := []any{}
	return map[string]any{
		"id": m.cred.AccountID, "username": m.opt.Username, "acct": m.opt.Username, "display_name": "crieur sandbox",
		"locked": false, "bot": !m.opt.Human, "discoverable": true, "group": false, "created_at": m.begun.UTC().Format("2006-01-02T00:00:00.000Z"),
		"note": "", "url": m.URL + "/@" + m.opt.Username, "uri": m.URL + "/users/" + m.opt.Username,
		"avatar": m.URL + "/avatar.png", "avatar_static": m.URL + "/avatar.png", "header": m.URL + "/header.png", "header_static": m.URL + "/header.png",
		"followers_count": 0, "following_count": 0, "statuses_count": m.created, "last_status_at": nil, "emojis": none, "fields": none,
	}
}
