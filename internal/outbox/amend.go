package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// amendment is what changed about an article after it was enqueued. Its own record,
// because the article's is never rewritten.
type amendment struct {
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
	ProbedAt    time.Time `json:"probed_at,omitzero"`
	GoneSince   time.Time `json:"gone_since,omitzero"` // the first of the answers in a row that the source is gone

	UpdatedAt time.Time        `json:"updated_at,omitzero"`
	Article   *article.Article `json:"article,omitempty"` // in place of the first one
	Sources   [][]byte         `json:"sources,omitempty"` // digests that lead here too, besides the record's own
	Contents  [][]byte         `json:"contents,omitempty"`
}

// goneAfter is how long a source must be gone, at both ends of the time, to count as gone.
const goneAfter = 12 * time.Hour

func decodeAmendment(id string, b []byte) (m amendment, err error) {
	if b == nil {
		return m, nil
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return amendment{}, fmt.Errorf("%w: amendment of article %q: %w", ErrDamaged, id, err)
	}
	return m, nil
}

func (t tx) amendment(id string) (amendment, error) {
	return decodeAmendment(id, t.data.Get(plainKey(kindAmendment, id)))
}

// putAmendment stores an amendment that changes what is shown of an article.
func (t tx) putAmendment(id string, m amendment) error {
	*t.shown = true
	return t.noteAmendment(id, m)
}

// noteAmendment stores one that changes nothing of it.
func (t tx) noteAmendment(id string, m amendment) error {
	b, err := encode(m)
	if err != nil {
		return fmt.Errorf("amendment of article %q: %w", id, err)
	}
	if err := t.data.Put(plainKey(kindAmendment, id), b); err != nil {
		return fmt.Errorf("amendment of article %q: %w", id, err)
	}
	return nil
}

// withdrawn refuses what a withdrawn article must not get any more.
func (t tx) withdrawn(id string) error {
	m, err := t.amendment(id)
	if err == nil && !m.WithdrawnAt.IsZero() {
		err = fmt.Errorf("article %q: %w at %s", id, ErrWithdrawn, m.WithdrawnAt.Format(time.RFC3339))
	}
	return err
}

// apply shows an article as it stands now.
func (m amendment) apply(a *Article) {
	a.WithdrawnAt, a.UpdatedAt, a.SourceProbedAt = m.WithdrawnAt, m.UpdatedAt, m.ProbedAt
	a.SourceMissing, a.SourceGoneAt = m.GoneSince, time.Time{}
	if m.sourceGone() {
		a.SourceGoneAt = m.GoneSince
	}
	if m.Article != nil {
		a.Article = *m.Article
	}
}

func (m amendment) sourceGone() bool {
	return !m.GoneSince.IsZero() && m.ProbedAt.Sub(m.GoneSince) >= goneAfter
}

// Withdrawal is what Withdraw did.
type Withdrawal struct {
	Article   Article
	Cancelled []delivery.Delivery // were scheduled
	Left      []delivery.Delivery // sending, unknown or held: what became of them must still be found out
	Posted    []delivery.Delivery // their posts stay on the platforms
}

// Withdraw takes an article back: its page says so from now on, and what is scheduled
// of it is cancelled in the same transaction. What is not settled is left as it is, and
// never sent again: its next claim cancels it (ErrWithdrawn). A second call changes
// nothing but what became scheduled meanwhile. id is the article's whole ID.
func (o *Outbox) Withdraw(id string, now time.Time) (w Withdrawal, err error) {
	err = o.update(func(t tx) error {
		w = Withdrawal{}
		a, ds, err := t.article(id)
		if err != nil {
			return err
		}
		m, err := t.amendment(id)
		if err != nil {
			return err
		}
		if m.WithdrawnAt.IsZero() {
			m.WithdrawnAt = stamp(now)
			if err := t.putAmendment(id, m); err != nil {
				return err
			}
		}
		a.WithdrawnAt = m.WithdrawnAt
		w.Article = a
		for _, d := range ds {
			switch d.State {
			case delivery.Scheduled:
				if d, err = t.cancel(d); err != nil {
					return err
				}
				w.Cancelled = append(w.Cancelled, d)
			case delivery.Sending, delivery.Unknown, delivery.Held:
				w.Left = append(w.Left, d)
			case delivery.Delivered:
				w.Posted = append(w.Posted, d)
			case delivery.Dead, delivery.Cancelled, delivery.Expired:
			}
		}
		return nil
	})
	if err != nil {
		return Withdrawal{}, fmt.Errorf("withdraw: %w", err)
	}
	return w, nil
}

func (t tx) cancel(old delivery.Delivery) (delivery.Delivery, error) {
	if err := delivery.Move(old.State, delivery.Cancelled); err != nil {
		return old, err
	}
	d := old
	d.State = delivery.Cancelled
	return d, t.change(old, d)
}

// SetSource stores what a probe of the article's source said: that it is there, or gone.
// Article.SourceGoneAt tells it once two probes in a row, at least 12 h apart, agree.
// turned: it tells now another thing than before. What was said of a source that the
// article has no more, or of a withdrawn article, changes nothing.
func (o *Outbox) SetSource(id, source string, probedAt time.Time, gone bool) (a Article, turned bool, err error) {
	if probedAt.IsZero() {
		return Article{}, false, fmt.Errorf("source of article %q: probed at no moment", id)
	}
	err = o.update(func(t tx) error {
		turned = false
		before, _, err := t.article(id)
		if err != nil {
			return err
		}
		if a = before; before.Source != source || !before.WithdrawnAt.IsZero() {
			return nil
		}
		m, err := t.amendment(id)
		if err != nil {
			return err
		}
		was := m.GoneSince
		m.ProbedAt = stamp(probedAt)
		switch {
		case !gone:
			m.GoneSince = time.Time{}
		case was.IsZero() || was.After(m.ProbedAt):
			m.GoneSince = m.ProbedAt
		}
		m.apply(&a)
		turned = a.SourceGoneAt.IsZero() != before.SourceGoneAt.IsZero()
		if !a.SourceGoneAt.Equal(before.SourceGoneAt) {
			return t.putAmendment(id, m)
		}
		return t.noteAmendment(id, m) // most probes: the source is there, as it was
	})
	if err != nil {
		return Article{}, false, fmt.Errorf("source of an article: %w", err)
	}
	return a, turned, nil
}

// Update corrects an article: what its page shows. Slug, deliveries and frozen texts
// stay; a text that is not frozen yet will be made of the corrected article. Source and
// content of the correction are recognised from now on as this article's, where no
// other had them first. While a frozen text is not settled its content warning stays,
// since both were measured together. media are the pictures, by account, for deliveries
// without a frozen text; nil takes a picture off, an account that is not there keeps
// its own. ErrWithdrawn: there is no page to correct.
func (o *Outbox) Update(id string, corrected article.Article, now time.Time, media map[string]*NewMedia) (a Article, err error) {
	for account, m := range media {
		if err := m.validate(); err != nil {
			return Article{}, fmt.Errorf("update: account %q: %w", account, err)
		}
	}
	prints := fingerprintsOf(corrected)
	err = o.update(func(t tx) error {
		before, ds, err := t.article(id)
		if err != nil {
			return err
		}
		if err := t.withdrawn(id); err != nil {
			return err
		}
		m, err := t.amendment(id)
		if err != nil {
			return err
		}
		r, err := decodeArticle(id, t.data.Get(plainKey(kindRecord, id)))
		if err != nil {
			return err
		}
		next := corrected
		next.Slug = before.Article.Slug
		if slices.ContainsFunc(ds, openAndFrozen) {
			next.ContentWarning = before.ContentWarning
		}
		m.UpdatedAt, m.Article = stamp(now), &next
		if next.Source != before.Source { // nothing is known of the new one
			m.ProbedAt, m.GoneSince = time.Time{}, time.Time{}
		}
		if err := t.recognise(id, &m, r, prints); err != nil {
			return err
		}
		if err := t.putAmendment(id, m); err != nil {
			return err
		}
		if err := t.changeMedia(ds, media); err != nil {
			return err
		}
		a, _, err = t.article(id)
		return err
	})
	if err != nil {
		return Article{}, fmt.Errorf("update: %w", err)
	}
	return a, nil
}

func openAndFrozen(d delivery.Delivery) bool { return d.Text != "" && !d.State.Final() }

// recognise makes the digests of a correction lead to its article.
func (t tx) recognise(id string, m *amendment, r articleRecord, p fingerprints) error {
	if p.source != nil && !holds(m.Sources, r.Source, p.source) {
		m.Sources = append(m.Sources, p.source)
		if err := t.putFirst(plainKey(kindSource, string(p.source)), id); err != nil {
			return err
		}
	}
	if holds(m.Contents, r.Content, p.content) {
		return nil
	}
	m.Contents = append(m.Contents, p.content)
	return t.putFirst(plainKey(kindContent, string(p.content)), id)
}

func holds(known [][]byte, own, digest []byte) bool {
	return bytes.Equal(own, digest) || slices.ContainsFunc(known, func(k []byte) bool { return bytes.Equal(k, digest) })
}
