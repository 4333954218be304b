package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// articleRecord is an article as stored. It is never rewritten: when its page came
// to exist follows from the attempts of its deliveries, and what changed later is an
// amendment.
type articleRecord struct {
	Slug       string          `json:"slug"`
	EnqueuedAt time.Time       `json:"enqueued_at"`
	Source     []byte          `json:"source,omitempty"` // digests, kept so that a later way
	Content    []byte          `json:"content"`          // of computing them breaks no index
	Article    article.Article `json:"article"`
}

// deliveryRecord is a delivery as stored; its key holds article ID and account.
type deliveryRecord struct {
	Platform  string          `json:"platform"`
	State     delivery.State  `json:"state"`
	Timed     bool            `json:"timed,omitempty"`
	Due       time.Time       `json:"due,omitzero"`
	Priority  int             `json:"priority,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	Expires   time.Time       `json:"expires,omitzero"`
	Key       string          `json:"key,omitempty"`
	Text      string          `json:"text,omitempty"`
	Media     *mediaRecord    `json:"media,omitempty"`
	Spent     int             `json:"spent,omitempty"`
	Attempts  []attemptRecord `json:"attempts,omitempty"`
	Receipt   *receiptRecord  `json:"receipt,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	NextLook  time.Time       `json:"next_look,omitzero"`
	Looks     []lookRecord    `json:"looks,omitempty"`
	Landed    bool            `json:"landed,omitempty"`
	Restore   time.Time       `json:"restore,omitzero"`
}

type mediaRecord struct {
	SHA256 string `json:"sha256"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Alt    string `json:"alt,omitempty"`
}

type attemptRecord struct {
	N      int            `json:"n"`
	At     time.Time      `json:"at"`
	Class  delivery.Class `json:"class,omitempty"`
	Status int            `json:"status,omitempty"`
	Error  string         `json:"error,omitempty"`

	Asked   bool      `json:"asked,omitempty"`
	Counted time.Time `json:"counted,omitzero"`
}

type lookRecord struct {
	At     time.Time `json:"at"`
	Absent bool      `json:"absent,omitempty"`
	Error  string    `json:"error,omitempty"`
}

type receiptRecord struct {
	PostID   string    `json:"post_id"`
	URL      string    `json:"url,omitempty"`
	PostedAt time.Time `json:"posted_at"`
}

type limitsRecord struct {
	MaxCharacters int       `json:"max_characters"`
	URLLength     int       `json:"url_length"`
	CodePoints    bool      `json:"code_points,omitempty"`
	MediaBytes    int       `json:"media_bytes,omitempty"`
	MediaPixels   int       `json:"media_pixels,omitempty"`
	AltCharacters int       `json:"alt_characters,omitempty"`
	ReadAt        time.Time `json:"read_at,omitzero"`
	UserID        string    `json:"user_id,omitempty"`
	Username      string    `json:"username,omitempty"`
	Login         string    `json:"login,omitempty"`
}

// encode writes JSON without the HTML escapes of json.Marshal, which triple "&" and "<".
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func encodeDelivery(d delivery.Delivery) ([]byte, error) {
	r := deliveryRecord{
		Platform: d.Platform, State: d.State, Timed: d.Timed, Due: d.Due, Priority: d.Priority,
		CreatedAt: d.CreatedAt, Expires: d.Expires, Key: d.Key, Text: d.Text, Spent: d.Spent,
		Media: (*mediaRecord)(d.Media), Receipt: (*receiptRecord)(d.Receipt), Reason: d.Reason,
		NextLook: d.NextLook, Landed: d.Landed, Restore: d.Restore,
	}
	for _, l := range d.Looks {
		r.Looks = append(r.Looks, lookRecord(l))
	}
	for _, a := range d.Attempts {
		r.Attempts = append(r.Attempts, attemptRecord(a))
	}
	b, err := encode(r)
	if err != nil {
		return nil, fmt.Errorf("delivery %q: %w", d.ID, err)
	}
	return b, nil
}

func decodeDelivery(id string, b []byte) (delivery.Delivery, error) {
	articleID, account, ok := splitDeliveryID(id)
	if !ok {
		return delivery.Delivery{}, fmt.Errorf("%w: delivery key %q", ErrDamaged, id)
	}
	var r deliveryRecord
	if err := json.Unmarshal(b, &r); err != nil {
		return delivery.Delivery{}, fmt.Errorf("%w: delivery %q: %w", ErrDamaged, id, err)
	}
	d := delivery.Delivery{
		ID: id, ArticleID: articleID, Account: account,
		Platform: r.Platform, State: r.State, Timed: r.Timed, Due: r.Due, Priority: r.Priority,
		CreatedAt: r.CreatedAt, Expires: r.Expires, Key: r.Key, Text: r.Text, Spent: r.Spent,
		Media: (*delivery.Media)(r.Media), Receipt: (*delivery.Receipt)(r.Receipt), Reason: r.Reason,
		NextLook: r.NextLook, Landed: r.Landed, Restore: r.Restore,
	}
	for _, l := range r.Looks {
		d.Looks = append(d.Looks, delivery.Look(l))
	}
	for _, a := range r.Attempts {
		d.Attempts = append(d.Attempts, delivery.Attempt(a))
	}
	return d, nil
}

func decodeArticle(id string, b []byte) (articleRecord, error) {
	var r articleRecord
	if err := json.Unmarshal(b, &r); err != nil {
		return articleRecord{}, fmt.Errorf("%w: article %q: %w", ErrDamaged, id, err)
	}
	return r, nil
}

// whole adds to a record what is kept elsewhere: its ID, and from its deliveries
// the moment of the first claim.
func (r articleRecord) whole(id string, ds []delivery.Delivery) Article {
	a := Article{ID: id, Slug: r.Slug, EnqueuedAt: r.EnqueuedAt, Article: r.Article}
	for _, d := range ds {
		if at, ok := published(d); ok && (a.PublishedAt.IsZero() || at.Before(a.PublishedAt)) {
			a.PublishedAt = at
		}
	}
	return a
}

// published is when a delivery made its article's page public. Attempts that only asked
// for the post do so while it may exist.
func published(d delivery.Delivery) (time.Time, bool) {
	for _, a := range d.Attempts {
		if !a.Asked || mayHaveLanded(d.State) && d.State != delivery.Dead {
			return a.At, true
		}
	}
	return time.Time{}, false
}

// stamp is how times are stored, so that what a call returns equals what a later
// one reads: UTC, without monotonic clock.
func stamp(t time.Time) time.Time { return t.Round(0).UTC() }
