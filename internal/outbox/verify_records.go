package outbox

import (
	"bytes"
	"fmt"
	"slices"

	"crieur/internal/delivery"
)

// allRecords checks articles, deliveries, and that each has its index entries.
func (v *verifier) allRecords() {
	var articleID string // of the article whose deliveries should follow
	deliveries := 1
	c := v.data.Cursor()
	for k, b := c.First(); k != nil && k[0] <= kindRecord; k, b = c.Next() {
		key := string(k[1:])
		if k[0] < kindRecord {
			v.fault("key %q: unknown kind", k)
			continue
		}
		if n, ok := parseID(key); ok {
			if deliveries == 0 {
				v.fault("article %q: no delivery", articleID)
			}
			articleID, deliveries = key, 0
			v.newest = max(v.newest, n)
			v.checkArticle(articleID, b)
			continue
		}
		of, _, ok := splitDeliveryID(key)
		if !ok {
			v.fault("record %q: neither an article's ID nor a delivery's", key)
			continue
		}
		if of != articleID {
			v.fault("delivery %q: its article is missing", key)
		}
		deliveries++
		v.checkDelivery(key, b)
	}
	if deliveries == 0 {
		v.fault("article %q: no delivery", articleID)
	}
}

func (v *verifier) checkArticle(id string, b []byte) {
	r, err := decodeArticle(id, b)
	if err != nil {
		v.fault("%w", err)
		return
	}
	v.expected[kindSlug]++
	if got := v.data.Get(plainKey(kindSlug, r.Slug)); string(got) != id {
		v.fault("article %q: its slug %q leads to %q", id, r.Slug, got)
	}
	if r.Source != nil {
		v.first(id, "source", kindSource, r.Source)
	}
	v.first(id, "content", kindContent, r.Content)
}

// first checks that a digest leads to this article or to an earlier one.
func (v *verifier) first(id, what string, kind byte, digest []byte) {
	got := string(v.data.Get(plainKey(kind, string(digest))))
	if got == id {
		v.expected[kind]++
	} else if got == "" || got > id {
		v.fault("article %q: its %s leads to %q", id, what, got)
	}
}

func (v *verifier) checkDelivery(id string, b []byte) {
	d, err := decodeDelivery(id, b)
	if err != nil {
		v.fault("%w", err)
		return
	}
	for _, f := range deliveryFaults(d) {
		v.fault("delivery %q: %s", id, f)
	}
	if !d.Restore.IsZero() && (len(d.Attempts) == 0 || d.Restore.After(v.restore.at) || !v.restore.holds(d)) {
		v.fault("delivery %q: claimed after a restore at %v, but the store knows of %v", id, d.Restore, v.restore.at)
	}
	v.seen(d)
	keys, err := indexKeys(d)
	if err != nil {
		return // an unknown state is a fault already
	}
	for _, k := range keys {
		v.expected[k[0]]++
		if found, _ := v.data.Cursor().Seek(k); !bytes.Equal(found, k) {
			v.fault("delivery %q: %s, but its index entry %q is missing", id, d.State, k)
		}
	}
}

// deliveryFaults are what a delivery must never be, whatever happened to it.
func deliveryFaults(d delivery.Delivery) (faults []string) {
	must := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	_, err := stateIndex(d.State)
	must(err == nil, "state %q is unknown", d.State)
	must(d.Platform != "", "no platform")
	must(d.Priority >= -128 && d.Priority <= 127, "priority %d", d.Priority)
	must(!d.CreatedAt.IsZero() && !d.Due.IsZero(), "created or due at no time")
	must((d.State == delivery.Delivered) == (d.Receipt != nil), "%s, and a receipt: %t", d.State, d.Receipt != nil)
	must(d.Receipt == nil || d.Receipt.PostID != "", "a receipt without post ID")
	must(d.Reason != "" || (d.State != delivery.Held && d.State != delivery.Dead), "%s without a reason", d.State)

	tried := len(d.Attempts) > 0
	sent := slices.ContainsFunc(d.Attempts, func(a delivery.Attempt) bool { return !a.Asked })
	must(tried || d.Text == "", "a frozen text without an attempt")
	must(!sent || d.Text != "", "sent without a frozen text")
	must((d.Key == "") != tried, "attempts: %t, key %q", tried, d.Key)
	must(d.Key == "" || d.Key == delivery.Key(d.ArticleID, d.Account, 0), "key %q is another delivery's", d.Key)
	must(tried || !neverUntried(d.State), "%s without an attempt", d.State)
	must(len(d.Attempts) <= keptFirst+keptLast, "%d attempts kept", len(d.Attempts))

	must(d.Media == nil || d.Media.Type != "" && d.Media.Size > 0, "a picture that is none: %+v", d.Media)

	must(d.State == delivery.Unknown || d.NextLook.IsZero(), "%s, but it is to be looked for", d.State)
	must(tried || len(d.Looks) == 0, "looked for, but never sent")
	must(len(d.Looks) <= keptFirst+keptLast, "%d looks kept", len(d.Looks))
	must(!d.Landed || mayHaveLanded(d.State), "%s, but it has landed", d.State)

	settled := 0
	for i, a := range d.Attempts {
		open := d.State == delivery.Sending && i == len(d.Attempts)-1
		must((a.Class == "") == open, "%s, but attempt %d ended %q", d.State, a.N, a.Class)
		must((i == 0 && a.N == 1) || (i > 0 && a.N > d.Attempts[i-1].N), "attempt %d is out of order", a.N)
		if !open {
			settled = a.N
		}
	}
	must(d.Spent >= 0 && d.Spent <= settled, "%d attempts spent of %d", d.Spent, settled)
	return faults
}

// mayHaveLanded are the states of what is not sent again.
func mayHaveLanded(s delivery.State) bool {
	switch s {
	case delivery.Unknown, delivery.Held, delivery.Delivered, delivery.Dead:
		return true
	}
	return false
}

// neverUntried are the states that only an attempt leads to.
func neverUntried(s delivery.State) bool {
	switch s {
	case delivery.Sending, delivery.Unknown, delivery.Held, delivery.Delivered:
		return true
	}
	return false
}
