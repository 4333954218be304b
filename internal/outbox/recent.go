package outbox

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"crieur/internal/delivery"
)

// Change is a number that every change of an article or a delivery has raised when it
// returns: as long as the number stays the same, what was read of them after it was told
// still holds, but for Article.SourceProbedAt and SourceMissing. Visits, accounts, money
// and cursors do not raise it. It costs next to nothing, and means nothing to another
// process or once the store has been closed.
func (o *Outbox) Change() (uint64, error) {
	if o.closed.Load() {
		return 0, fmt.Errorf("outbox %q: %w", o.path, berrors.ErrDatabaseNotOpen)
	}
	return o.shown.Load(), nil
}

// Posted is an article with its deliveries.
type Posted struct {
	Article    Article
	Deliveries []delivery.Delivery
}

// recentRows bounds how many deliveries Recent reads for each article it was asked for.
const recentRows = 10

// Recent returns at most most articles of which a post exists, the latest first post
// first. No index is by that moment: it is chosen among the 10 × most deliveries that were
// posted last, as far as the log of receipts goes back, and as many of the youngest
// articles.
func (o *Outbox) Recent(most int) (out []Posted, err error) {
	err = o.view(func(t tx) error {
		out = nil
		first, err := t.firstPosts(most * recentRows)
		if err == nil {
			err = t.addLastPosted(first, most*recentRows)
		}
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(first))
		for id := range first {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b string) int {
			return cmp.Or(first[b].Compare(first[a]), cmp.Compare(b, a))
		})
		for _, id := range ids[:min(most, len(ids))] {
			a, ds, err := t.article(id)
			if err != nil {
				return err
			}
			out = append(out, Posted{a, ds})
		}
		return nil
	})
	return out, err
}

// firstPosts tells when the articles of the youngest rows deliveries were first posted.
func (t tx) firstPosts(rows int) (map[string]time.Time, error) {
	first := map[string]time.Time{}
	if rows <= 0 {
		return first, nil
	}
	err := t.each([]delivery.State{delivery.Delivered}, "", "", func(articleID, account string) (bool, error) {
		d, err := t.delivered(deliveryID(articleID, account))
		if err != nil {
			return false, err
		}
		if at, ok := first[articleID]; !ok || d.Receipt.PostedAt.Before(at) {
			first[articleID] = d.Receipt.PostedAt
		}
		rows--
		return rows > 0, nil
	})
	return first, err
}

// delivered reads a delivery that an index calls so.
func (t tx) delivered(id string) (delivery.Delivery, error) {
	d, err := t.delivery(id)
	if err == nil && d.Receipt == nil {
		err = fmt.Errorf("%w: delivery %q is delivered without a receipt", ErrDamaged, d.ID)
	}
	return d, err
}

// addLastPosted adds the articles of the last rows entries of the log of receipts: one may
// have waited for its moment while many younger ones were posted.
func (t tx) addLastPosted(first map[string]time.Time, rows int) error {
	last, err := t.lastReceipt()
	if err != nil || last == 0 {
		return err
	}
	c := t.data.Cursor()
	for k, v := c.Seek(receiptKey(last)); rows > 0 && isReceipt(k); k, v = c.Prev() {
		rows--
		seq, err := readReceiptKey(k)
		if err != nil {
			return err
		}
		d, err := t.receiptEntry(seq, v)
		if err != nil {
			return err
		}
		if _, known := first[d.ArticleID]; known {
			continue
		}
		// Its first post may be further back than what is read.
		_, ds, err := t.article(d.ArticleID)
		if err != nil {
			return err
		}
		first[d.ArticleID] = d.Receipt.PostedAt
		for _, other := range ds {
			if r := other.Receipt; r != nil && r.PostedAt.Before(first[d.ArticleID]) {
				first[d.ArticleID] = r.PostedAt
			}
		}
	}
	return nil
}
