package outbox

import (
	"cmp"
	"slices"

	"crieur/internal/delivery"
)

// LastPosted calls yield for the at most most deliveries that were posted last, the newest
// post first, until it returns false. As far back as the log of receipts goes it is exact;
// what is older is taken from the youngest articles. yield may call the outbox.
func (o *Outbox) LastPosted(most int, yield func(delivery.Delivery, Article) bool) error {
	if most <= 0 {
		return nil
	}
	var rows []row
	err := o.view(func(t tx) error {
		ds, err := t.lastLogged(most)
		if err == nil && len(ds) < most {
			err = t.addDelivered(ds, most)
		}
		if err != nil {
			return err
		}
		for _, d := range ds {
			rows = append(rows, row{d: d})
		}
		slices.SortFunc(rows, func(a, b row) int {
			return cmp.Or(b.d.Receipt.PostedAt.Compare(a.d.Receipt.PostedAt), cmp.Compare(b.d.ID, a.d.ID))
		})
		rows = rows[:min(most, len(rows))]
		for i := range rows {
			if rows[i].a, _, err = t.article(rows[i].d.ArticleID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !yield(r.d, r.a) {
			break
		}
	}
	return nil
}

// lastLogged are the deliveries of the last entries of the log of receipts, by ID.
func (t tx) lastLogged(rows int) (map[string]delivery.Delivery, error) {
	ds := map[string]delivery.Delivery{}
	last, err := t.lastReceipt()
	if err != nil || last == 0 {
		return ds, err
	}
	c := t.data.Cursor()
	for k, v := c.Seek(receiptKey(last)); len(ds) < rows && isReceipt(k); k, v = c.Prev() {
		seq, err := readReceiptKey(k)
		if err != nil {
			return nil, err
		}
		d, err := t.receiptEntry(seq, v)
		if err != nil {
			return nil, err
		}
		ds[d.ID] = d
	}
	return ds, nil
}

// addDelivered adds the delivered ones of the youngest articles.
func (t tx) addDelivered(ds map[string]delivery.Delivery, rows int) error {
	return t.each([]delivery.State{delivery.Delivered}, "", "", func(articleID, account string) (bool, error) {
		d, err := t.delivered(deliveryID(articleID, account))
		if err != nil {
			return false, err
		}
		ds[d.ID] = d
		rows--
		return rows > 0, nil
	})
}
