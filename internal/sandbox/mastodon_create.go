package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"crieur/internal/textlen"
)

const (
	keyLife = time.Hour
	maxKeys = 20_000
)

// toot is the body of a create, form or JSON.
type toot struct {
	Status      string   `json:"status"`
	SpoilerText string   `json:"spoiler_text"`
	Visibility  string   `json:"visibility"`
	Language    string   `json:"language"`
	ScheduledAt string   `json:"scheduled_at"`
	InReplyTo   string   `json:"in_reply_to_id"`
	Sensitive   bool     `json:"sensitive"`
	MediaIDs    []string `json:"media_ids"`
}

// create is POST /api/v1/statuses.
func (m *Mastodon) create(c *call) reply {
	if a, repeated := m.repeat(c); repeated {
		return a
	}
	t, err := readToot(c)
	if err != nil {
		return mastodonError(http.StatusBadRequest, "Error occurred while parsing request parameters")
	}
	t.Status = strings.Trim(t.Status, " \t\r\n\v\f\x00")
	if refusal, refused := m.refusal(&t); refused {
		return refusal
	}
	return m.within(m.statuses, c, func(c *call) reply { return m.publish(c, t) })
}

func readToot(c *call) (toot, error) {
	var t toot
	if mediaType(c.Request) == "application/json" {
		err := json.Unmarshal(c.body, &t)
		return t, err
	}
	f := c.form
	if f == nil {
		f = url.Values{}
	}
	t = toot{
		Status: f.Get("status"), SpoilerText: f.Get("spoiler_text"), Visibility: f.Get("visibility"), Language: f.Get("language"),
		ScheduledAt: f.Get("scheduled_at"), InReplyTo: f.Get("in_reply_to_id"), Sensitive: f.Get("sensitive") == "true" || f.Get("sensitive") == "1",
		MediaIDs: f["media_ids[]"],
	}
	return t, nil
}

// repeat is what the flavour makes of an Idempotency-Key that it has seen within the hour.
func (m *Mastodon) repeat(c *call) (reply, bool) {
	seen, ok := m.keys[c.Header.Get("Idempotency-Key")]
	if !ok || m.opt.Flavour == GoToSocial || c.now.After(seen.until) {
		return reply{}, false
	}
	if m.opt.Flavour == Mastodon46 {
		return m.documented("server-error"), true
	}
	if p := m.find(seen.value); p != nil {
		return jsonReply(http.StatusOK, m.show(p)), true
	}
	return m.documented("record-not-found"), true
}

// refusal is the platform's judgement of a status; it also settles what the platform falls back to.
func (m *Mastodon) refusal(t *toot) (reply, bool) {
	fill(&t.Visibility, "public")
	switch {
	case t.Status == "" && t.SpoilerText == "":
		return m.invalid("Text can't be blank"), true
	case m.length(*t) > m.opt.MaxCharacters && m.opt.Flavour == GoToSocial:
		return m.invalid(fmt.Sprintf("status too long, %d characters provided but limit is %d", m.length(*t), m.opt.MaxCharacters)), true
	case m.length(*t) > m.opt.MaxCharacters:
		return m.invalid(fmt.Sprintf("Text character limit of %d exceeded", m.opt.MaxCharacters)), true
	case !slices.Contains([]string{"public", "unlisted", "private", "direct"}, t.Visibility):
		return m.invalid("Visibility is not included in the list"), true
	case t.ScheduledAt != "":
		return m.invalid("Scheduled at is not served by crieur's sandbox"), true
	case t.InReplyTo != "" && m.find(t.InReplyTo) == nil:
		return m.documented("reply-gone"), true
	}
	if refusal, refused := m.mediaRefusal(t.MediaIDs); refused {
		return refusal, true
	}
	if _, err := language.ParseBase(baseLanguage(t.Language)); err != nil {
		if m.opt.Flavour == GoToSocial && t.Language != "" {
			return m.invalid("language tag " + t.Language + " could not be parsed"), true
		}
		t.Language = "en"
	}
	if m.opt.Limited && t.Visibility == "public" {
		t.Visibility = "unlisted"
	}
	return reply{}, false
}

func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

// length counts as the flavour does: GoToSocial counts code points, with URLs in full.
func (m *Mastodon) length(t toot) int {
	if m.opt.Flavour == GoToSocial {
		return utf8.RuneCountInString(t.Status) + utf8.RuneCountInString(t.SpoilerText)
	}
	return textlen.Mastodon(t.Status, t.SpoilerText, textlen.Instance{})
}

// publish makes the status exist and answers with it.
func (m *Mastodon) publish(c *call, t toot) reply {
	m.created++
	p := &Post{
		ID: m.nextID(c.now), Text: t.Status, At: c.now, Key: c.Header.Get("Idempotency-Key"), ReplyTo: t.InReplyTo,
		Visibility: t.Visibility, Language: t.Language, ContentWarning: t.SpoilerText, Sensitive: t.Sensitive || t.SpoilerText != "",
	}
	p.URL = m.pageURL(p.ID)
	if !c.drop {
		m.attach(p, t.MediaIDs)
	}
	m.store(c, p)
	if p.Key != "" {
		prune(m.keys, c.now, maxKeys)
		m.keys[p.Key] = kept[string]{p.ID, c.now.Add(keyLife)}
	}
	return jsonReply(http.StatusOK, m.show(p))
}

func (m *Mastodon) nextID(now time.Time) string {
	if m.opt.Flavour == GoToSocial {
		return ulid(now, m.created)
	}
	return m.ids.next(now)
}

func (m *Mastodon) pageURL(id string) string {
	if m.opt.Flavour == GoToSocial {
		return m.URL + "/@" + m.opt.Username + "/statuses/" + id
	}
	return m.URL + "/@" + m.opt.Username + "/" + id
}
