package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"crieur/internal/delivery"
)

// maxAccountLen bounds account names in bytes; they are part of most keys.
const maxAccountLen = 100

func (a NewArticle) named(err error) error {
	return fmt.Errorf("enqueue article %q: %w", cmp.Or(a.Article.Title, a.Article.Slug, a.Article.Source), err)
}

func (a NewArticle) validate() error {
	if len(a.Deliveries) == 0 {
		return errors.New("it has no account to go to")
	}
	seen := map[string]bool{}
	for _, d := range a.Deliveries {
		if err := validAccount(d.Account); err != nil {
			return err
		}
		if seen[d.Account] {
			return fmt.Errorf("account %q is named twice", d.Account)
		}
		seen[d.Account] = true
		if d.Platform == "" {
			return fmt.Errorf("account %q: no platform", d.Account)
		}
		if d.Priority < -128 || d.Priority > 127 {
			return fmt.Errorf("account %q: priority %d: want -128 to 127", d.Account, d.Priority)
		}
		if err := d.Media.validate(); err != nil {
			return fmt.Errorf("account %q: %w", d.Account, err)
		}
	}
	return nil
}

func validAccount(name string) error {
	bad := func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }
	if name == "" || len(name) > maxAccountLen || !utf8.ValidString(name) || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("account %q: want a name of 1 to %d bytes without spaces or control characters", name, maxAccountLen)
	}
	return nil
}

func (d NewDelivery) validTimes(now time.Time) error {
	switch {
	case d.Expires.IsZero():
	case !d.Expires.After(now):
		return fmt.Errorf("account %q: expired at %s: it would never be posted", d.Account, d.Expires.Format(time.RFC3339))
	case !d.Due.IsZero() && !d.Expires.After(d.Due):
		return fmt.Errorf("account %q: it expires at %s, before it is due at %s", d.Account, d.Expires.Format(time.RFC3339), d.Due.Format(time.RFC3339))
	}
	return nil
}

func (d NewDelivery) fresh(articleID string, now time.Time) delivery.Delivery {
	stored := delivery.Delivery{
		ID: deliveryID(articleID, d.Account), ArticleID: articleID, Account: d.Account, Platform: d.Platform,
		State: delivery.Scheduled, Timed: !d.Due.IsZero(), Due: stamp(d.Due), Priority: d.Priority,
		CreatedAt: now, Expires: stamp(d.Expires), Media: d.Media.stored(),
	}
	if !stored.Timed {
		stored.Due = now
	}
	return stored
}
