package outbox

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
)

// Terms are what a claim is bound to. Its functions are called inside the
// transaction and must not call the outbox.
type Terms struct {
	PerHour int                           // how many attempts of the account may begin within an hour, whatever the reason; 0: no bound
	Compose func(Article) (string, error) // when no text is frozen yet
	Asks    bool                          // the platform is only looked at: nothing is booked, and what has expired may be claimed
	Slot    time.Time                     // what this claim uses up; zero: no slot
	Month   string                        // of the account, where the charge is booked
	Cost    func(text string) Micros      // of the request; nil: it costs nothing
}

// Claim moves a scheduled delivery to sending with a new attempt and its frozen
// text, durably: the intent. In the same transaction the account's posts, its slot
// and its ledger learn of it: what may have been posted counts as posted.
//
// A claim that is refused leaves the delivery as it was (ErrNotScheduled, ErrNotDue,
// *BreakerError, *ComposeError), except that an expired one becomes expired
// (ErrExpired), one of a withdrawn article cancelled (ErrWithdrawn), and is returned so.
func (o *Outbox) Claim(id string, now time.Time, terms Terms) (d delivery.Delivery, err error) {
	failpoint.Reach("claim.before")
	defer failpoint.Reach("claim.after")
	now = stamp(now)
	var ending error // told only once it is on disk
	err = o.update(func(t tx) error {
		old, err := t.delivery(id)
		if err != nil {
			return err
		}
		gone := !old.Expires.IsZero() && !old.Expires.After(now)
		if err := claimable(old, now, terms.Asks && gone); err != nil {
			return err
		}
		d = old
		ending = t.withdrawn(d.ArticleID)
		switch {
		case errors.Is(ending, ErrWithdrawn):
			d, err = t.cancel(old)
			return err
		case ending != nil:
			return ending
		}
		if gone && !terms.Asks {
			d.State = delivery.Expired
			ending = fmt.Errorf("claim %q, which was to be posted before %s: %w", id, old.Expires.Format(time.RFC3339), ErrExpired)
			return t.change(old, d)
		}
		if !terms.Asks {
			if ending, err = t.beginAttempt(d.Account, now, terms.PerHour); err != nil || ending != nil {
				d = delivery.Delivery{}
				return err
			}
		}
		if d.Text == "" {
			a, _, err := t.article(d.ArticleID)
			if err != nil {
				return err
			}
			if a.PublishedAt.IsZero() {
				a.PublishedAt = now
			}
			// What has expired is not sent any more, whether or not its text fits today.
			if d.Text, err = safely(terms.Compose, a); err != nil && !(terms.Asks && gone) {
				return &ComposeError{Delivery: id, Err: err}
			}
			d.Key = delivery.Key(d.ArticleID, d.Account, 0)
		}
		d.State = delivery.Sending
		if o.restored.holds(d) {
			d.Restore = o.restored.at
		}
		d.Attempts = appendAttempt(d.Attempts, delivery.Attempt{At: now, Asked: terms.Asks})
		if err := t.book(d, now, terms); err != nil {
			return err
		}
		return t.change(old, d)
	})
	if err != nil {
		return delivery.Delivery{}, err
	}
	return d, ending
}

func claimable(d delivery.Delivery, now time.Time, whenever bool) error {
	if d.State != delivery.Scheduled {
		return fmt.Errorf("claim %q, which is %s: %w", d.ID, d.State, ErrNotScheduled)
	}
	if d.Timed && d.Due.After(now) && !whenever {
		return &refusal{
			text: fmt.Sprintf("claim %q: %v, but at %s", d.ID, ErrNotDue, d.Due.Format(time.RFC3339Nano)),
			is:   []error{ErrNotDue, ErrNotScheduled},
		}
	}
	return nil
}

// safely composes. A panic is one article's failure: it must not take the daemon
// down again at every start.
func safely(compose func(Article) (string, error), a Article) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			text, err = "", fmt.Errorf("panic: %v", r)
		}
	}()
	if text, err = compose(a); err != nil {
		return "", err
	}
	if text == "" || !utf8.ValidString(text) {
		return "", errors.New("the text is empty or not UTF-8")
	}
	return text, nil
}

// The history of a delivery that is refused, or looked for, again and again for
// weeks is cut in the middle; numbers go on.
const (
	keptFirst = 5
	keptLast  = 45
)

func appendAttempt(as []delivery.Attempt, a delivery.Attempt) []delivery.Attempt {
	a.N = 1
	if len(as) > 0 {
		a.N = as[len(as)-1].N + 1
	}
	return appendHistory(as, a)
}

func appendHistory[T any](old []T, next T) []T {
	all := append(slices.Clone(old), next)
	if len(all) > keptFirst+keptLast {
		all = slices.Delete(all, keptFirst, len(all)-keptLast)
	}
	return all
}
