package outbox

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"crieur/internal/delivery"
)

// tx is a transaction with its buckets.
type tx struct {
	bolt       *bbolt.Tx
	meta, data *bbolt.Bucket

	// buffer, when there is one, takes the index entries of a batch until flush puts
	// them in order: most fall at random, which is what a tree is slowest at.
	buffer map[string][]byte

	// shown is set in a write transaction once it writes an article, an amendment that
	// shows, or a delivery: see Change.
	shown *bool
}

func (t tx) getIndex(key []byte) []byte {
	if v, ok := t.buffer[string(key)]; ok {
		return v
	}
	return t.data.Get(key)
}

func (t tx) putIndex(key, value []byte) error {
	if t.buffer != nil {
		t.buffer[string(key)] = value
		return nil
	}
	return t.data.Put(key, value)
}

func (t tx) flush() error {
	for _, k := range slices.Sorted(maps.Keys(t.buffer)) {
		if err := t.data.Put([]byte(k), t.buffer[k]); err != nil {
			return fmt.Errorf("index %q: %w", k, err)
		}
	}
	return nil
}

func newTx(t *bbolt.Tx) (tx, error) {
	x := tx{bolt: t, meta: t.Bucket(bucketMeta), data: t.Bucket(bucketData)}
	if x.meta == nil || x.data == nil {
		return tx{}, fmt.Errorf("%w: a bucket is missing", ErrDamaged)
	}
	return x, nil
}

func (t tx) delivery(id string) (delivery.Delivery, error) {
	if _, _, ok := splitDeliveryID(id); ok {
		if b := t.data.Get(plainKey(kindRecord, id)); b != nil {
			return decodeDelivery(id, b)
		}
	}
	return delivery.Delivery{}, fmt.Errorf("delivery %q: %w", id, ErrNotFound)
}

// article returns the article with exactly this ID and its deliveries, which follow it in the tree.
func (t tx) article(id string) (Article, []delivery.Delivery, error) {
	key := plainKey(kindRecord, id)
	c := t.data.Cursor()
	k, v := c.Seek(key)
	if !bytes.Equal(k, key) || len(id) != idLen {
		return Article{}, nil, fmt.Errorf("article %q: %w", id, ErrNotFound)
	}
	r, err := decodeArticle(id, v)
	if err != nil {
		return Article{}, nil, err
	}
	var ds []delivery.Delivery
	prefix := slices.Concat(key, []byte{'.'})
	for k, v = c.Next(); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		d, err := decodeDelivery(string(k[1:]), v)
		if err != nil {
			return Article{}, nil, err
		}
		ds = append(ds, d)
	}
	m, err := t.amendment(id)
	if err != nil {
		return Article{}, nil, err
	}
	a := r.whole(id, ds)
	m.apply(&a)
	return a, ds, nil
}

// change replaces a delivery: index, counts and record.
func (t tx) change(old, d delivery.Delivery) error {
	keys, err := indexKeys(old)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := t.data.Delete(k); err != nil {
			return fmt.Errorf("index of delivery %q: %w", d.ID, err)
		}
	}
	if err := t.count(old.Account, old.State, -1); err != nil {
		return err
	}
	if err := t.count(d.Account, d.State, +1); err != nil {
		return err
	}
	if d.State == delivery.Delivered {
		if err := t.noteDelivered(d); err != nil {
			return err
		}
		if err := t.logReceipt(d); err != nil {
			return err
		}
	}
	if err := t.write(d); err != nil {
		return err
	}
	return t.dropMedia(old.Media)
}

// write stores a delivery and its index entries; counting it is the caller's.
func (t tx) write(d delivery.Delivery) error {
	keys, err := indexKeys(d)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := t.putIndex(k, nil); err != nil {
			return fmt.Errorf("index of delivery %q: %w", d.ID, err)
		}
	}
	b, err := encodeDelivery(d)
	if err != nil {
		return err
	}
	if err := t.data.Put(plainKey(kindRecord, d.ID), b); err != nil {
		return fmt.Errorf("delivery %q: %w", d.ID, err)
	}
	*t.shown = true
	return nil
}
