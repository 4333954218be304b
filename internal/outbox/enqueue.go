package outbox

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
)

// Enqueue stores the articles in one transaction: all or none. An article that is
// there already, by its source or its content, also earlier in the same call, is
// answered with the first one and its deliveries as they stand.
func (o *Outbox) Enqueue(now time.Time, as []NewArticle) ([]Enqueued, error) {
	return o.EnqueueWhile(context.Background(), now, as)
}

// EnqueueWhile is Enqueue for somebody who may change their mind: where ctx ends before
// the last article is written, nothing is stored, and the error is its cause.
func (o *Outbox) EnqueueWhile(ctx context.Context, now time.Time, as []NewArticle) ([]Enqueued, error) {
	if len(as) == 0 {
		return nil, nil
	}
	for _, a := range as {
		if err := a.validate(); err != nil {
			return nil, a.named(err)
		}
	}
	prints := takeFingerprints(as)
	out := make([]Enqueued, len(as))
	failpoint.Reach("enqueue.before")
	defer failpoint.Reach("enqueue.after")
	err := o.update(func(t tx) error {
		in, err := t.intake(stamp(now))
		if err != nil {
			return err
		}
		for i, a := range as {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if out[i], err = in.enqueue(a, prints[i]); err != nil {
				return a.named(err)
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return in.finish()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// takeFingerprints reads every text whole: before the transaction, in which everyone
// else waits, and those of a batch on all processors.
func takeFingerprints(as []NewArticle) []fingerprints {
	prints := make([]fingerprints, len(as))
	if len(as) < minParallel {
		for i := range as {
			prints[i] = fingerprintsOf(as[i].Article)
		}
		return prints
	}
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(as); i += workers {
				prints[i] = fingerprintsOf(as[i].Article)
			}
		})
	}
	wg.Wait()
	return prints
}

// minParallel articles are worth waking another processor.
const minParallel = 16

// intake is one Enqueue in its transaction: what every article of a batch would
// read and write again is kept until the end.
type intake struct {
	tx
	now    time.Time
	lastID uint64
	added  map[string]int // scheduled deliveries by account
}

func (t tx) intake(now time.Time) (*intake, error) {
	last, err := t.lastArticleID()
	t.buffer = map[string][]byte{}
	return &intake{tx: t, now: now, lastID: last, added: map[string]int{}}, err
}

func (in *intake) finish() error {
	for account, n := range in.added {
		if err := in.count(account, delivery.Scheduled, n); err != nil {
			return err
		}
	}
	if err := in.putLastArticleID(in.lastID); err != nil {
		return err
	}
	return in.flush()
}

func (in *intake) enqueue(a NewArticle, prints fingerprints) (Enqueued, error) {
	first := in.known(prints)
	if first != "" {
		stored, ds, err := in.article(first)
		if err != nil {
			return Enqueued{}, err
		}
		if !a.Again {
			return in.extend(a, stored, ds)
		}
		if err := in.unsettled(a, first, ds); err != nil {
			return Enqueued{}, err
		}
	}
	n, err := nextArticleID(in.lastID, in.now)
	if err != nil {
		return Enqueued{}, err
	}
	in.lastID = n
	id := formatID(n)
	r := articleRecord{EnqueuedAt: in.now, Source: prints.source, Content: prints.content, Article: a.Article}
	if r.Slug, err = in.takeSlug(a.Article.Slug, id); err != nil {
		return Enqueued{}, err
	}
	if err := in.addArticle(id, r); err != nil {
		return Enqueued{}, err
	}
	if first != "" {
		if err := in.putIndex(plainKey(kindCopy, first+id), nil); err != nil {
			return Enqueued{}, fmt.Errorf("copies of article %q: %w", first, err)
		}
	}
	e := Enqueued{Article: r.whole(id, nil)}
	for _, n := range a.Deliveries {
		if e.Deliveries, err = in.add(e.Deliveries, n, id); err != nil {
			return Enqueued{}, err
		}
	}
	return e, nil
}

// add stores one more delivery of an article.
func (in *intake) add(ds []delivery.Delivery, n NewDelivery, articleID string) ([]delivery.Delivery, error) {
	if err := n.validTimes(in.now); err != nil {
		return nil, err
	}
	d := n.fresh(articleID, in.now)
	if err := in.putMedia(n.Media); err != nil {
		return nil, fmt.Errorf("account %q: %w", n.Account, err)
	}
	if err := in.write(d); err != nil {
		return nil, err
	}
	in.added[n.Account]++
	return append(ds, d), nil
}

// extend answers with the article that was there first. Where it is wished, accounts
// that had no delivery of it get one: the same page, the same link.
func (in *intake) extend(a NewArticle, stored Article, ds []delivery.Delivery) (e Enqueued, err error) {
	e = Enqueued{Article: stored, Deliveries: ds, Existing: true}
	for _, n := range a.Deliveries {
		if !a.Extend || slices.ContainsFunc(ds, func(d delivery.Delivery) bool { return d.Account == n.Account }) {
			continue
		}
		if !stored.WithdrawnAt.IsZero() {
			return Enqueued{}, fmt.Errorf("account %q: %w: only as a new one can it be posted again", n.Account, ErrWithdrawn)
		}
		if e.Deliveries, err = in.add(e.Deliveries, n, stored.ID); err != nil {
			return Enqueued{}, err
		}
		e.Added++
	}
	return e, nil
}

// unsettled refuses to store an article again while an earlier post of it, on the
// same account, may or may not exist: the second one would be its double.
func (in *intake) unsettled(a NewArticle, first string, ds []delivery.Delivery) error {
	prefix := plainKey(kindCopy, first)
	c := in.data.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		_, more, err := in.article(string(k[len(prefix):]))
		if err != nil {
			return err
		}
		ds = append(ds, more...)
	}
	for _, d := range ds {
		open := d.State == delivery.Sending || d.State == delivery.Unknown || d.State == delivery.Held
		if open && slices.ContainsFunc(a.Deliveries, func(n NewDelivery) bool { return n.Account == d.Account }) {
			return fmt.Errorf("delivery %q of it is %s: %w", d.ID, d.State, ErrUnsettled)
		}
	}
	return nil
}

// known returns the ID of the article that was there first, or "".
func (t tx) known(prints fingerprints) string {
	if prints.source != nil {
		if id := t.getIndex(plainKey(kindSource, string(prints.source))); id != nil {
			return string(id)
		}
	}
	return string(t.getIndex(plainKey(kindContent, string(prints.content))))
}

func (t tx) addArticle(id string, r articleRecord) error {
	b, err := encode(r)
	if err != nil {
		return err
	}
	if err := t.data.Put(plainKey(kindRecord, id), b); err != nil {
		return fmt.Errorf("article %q: %w", id, err)
	}
	*t.shown = true
	if r.Source != nil {
		if err := t.putFirst(plainKey(kindSource, string(r.Source)), id); err != nil {
			return err
		}
	}
	return t.putFirst(plainKey(kindContent, string(r.Content)), id)
}

// putFirst keeps the entry of the first article: later ones are answered with it.
func (t tx) putFirst(key []byte, id string) error {
	if t.getIndex(key) != nil {
		return nil
	}
	if err := t.putIndex(key, []byte(id)); err != nil {
		return fmt.Errorf("fingerprints of article %q: %w", id, err)
	}
	return nil
}
