package outbox

import (
	"bytes"
	"crypto/sha256"

	"crieur/internal/delivery"
)

// neededBy checks an entry that says which delivery may still send a picture.
func (v *verifier) neededBy(k []byte) {
	if len(k) <= 1+sha256.Size {
		v.fault("index %q: malformed", k)
		return
	}
	id := string(k[1+sha256.Size:])
	d, err := v.delivery(id)
	if err != nil {
		v.fault("index %q: %w", k, err)
		return
	}
	want, err := mediaKey(mediaOf(d), id)
	if err != nil || d.State.Final() || !bytes.Equal(want, k) {
		v.fault("index %q: stale, delivery %q is %s", k, id, d.State)
	}
	if b := v.bolt.Bucket(bucketMedia); b == nil || b.Get(k[1:1+sha256.Size]) == nil {
		v.fault("delivery %q: its picture %x is missing", id, k[1:1+sha256.Size])
	}
}

func mediaOf(d delivery.Delivery) delivery.Media {
	if d.Media == nil {
		return delivery.Media{}
	}
	return *d.Media
}

// allMedia checks that each picture is whole, and that some delivery may still send it.
func (v *verifier) allMedia() {
	b := v.bolt.Bucket(bucketMedia)
	if b == nil {
		return
	}
	c := b.Cursor()
	for digest, data := c.First(); digest != nil; digest, data = c.Next() {
		if err := checkMedia(digest, data); err != nil {
			v.fault("%w", err)
		}
		prefix := plainKey(kindMedia, string(digest))
		if k, _ := v.data.Cursor().Seek(prefix); !bytes.HasPrefix(k, prefix) {
			v.fault("picture %x: nothing needs it any more", digest)
		}
	}
}
