package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"crieur/internal/delivery"
)

// maxMedia bounds one picture, in bytes; no platform takes more.
const maxMedia = 16 << 20

// NewMedia is a picture to be stored with a delivery. The bytes are kept once, however
// many deliveries they are attached to, until none of them may still be sent.
type NewMedia struct {
	Data          []byte
	Type          string
	Width, Height int
	Alt           string
}

func (m *NewMedia) validate() error {
	switch {
	case m == nil:
		return nil
	case len(m.Data) == 0 || len(m.Data) > maxMedia:
		return fmt.Errorf("a picture of %d bytes: want 1 to %d", len(m.Data), maxMedia)
	case m.Type == "" || m.Width < 1 || m.Height < 1:
		return fmt.Errorf("a picture of type %q and %d×%d pixels", m.Type, m.Width, m.Height)
	}
	return nil
}

// Is tells whether a picture is the one that a delivery has, description and all.
func (m *NewMedia) Is(d *delivery.Media) bool {
	stored := m.stored()
	return (stored == nil) == (d == nil) && (d == nil || *stored == *d)
}

func (m *NewMedia) stored() *delivery.Media {
	if m == nil {
		return nil
	}
	sum := sha256.Sum256(m.Data)
	return &delivery.Media{
		SHA256: hex.EncodeToString(sum[:]), Type: m.Type, Size: len(m.Data), Width: m.Width, Height: m.Height, Alt: valid(m.Alt),
	}
}

// Media returns the bytes of a picture that a delivery may still send; they are held
// against their digest. ErrNotFound: no such delivery needs it any more.
func (o *Outbox) Media(m delivery.Media) (data []byte, err error) {
	err = o.view(func(t tx) error {
		digest, err := mediaDigest(m)
		if err != nil {
			return err
		}
		if b := t.bolt.Bucket(bucketMedia); b != nil {
			data = bytes.Clone(b.Get(digest))
		}
		if data == nil {
			return fmt.Errorf("picture %s: %w", m.SHA256, ErrNotFound)
		}
		return checkMedia(digest, data)
	})
	if err != nil {
		return nil, err
	}
	return data, nil
}

func checkMedia(digest, data []byte) error {
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], digest) {
		return fmt.Errorf("%w: picture %x is not what was stored", ErrDamaged, digest)
	}
	return nil
}

func mediaDigest(m delivery.Media) ([]byte, error) {
	digest, err := hex.DecodeString(m.SHA256)
	if err == nil && len(digest) != sha256.Size {
		err = errors.New("want 64 hexadecimal digits")
	}
	if err != nil {
		return nil, fmt.Errorf("digest %q of a picture: %w", m.SHA256, err)
	}
	return digest, nil
}

// mediaKey says that a delivery may still send a picture.
func mediaKey(m delivery.Media, id string) ([]byte, error) {
	digest, err := mediaDigest(m)
	if err != nil {
		return nil, err
	}
	return append(plainKey(kindMedia, string(digest)), id...), nil
}

// putMedia keeps the bytes. It comes before its deliveries are written.
func (t tx) putMedia(m *NewMedia) error {
	if m == nil {
		return nil
	}
	b, err := t.bolt.CreateBucketIfNotExists(bucketMedia)
	if err != nil {
		return fmt.Errorf("pictures: %w", err)
	}
	digest := sha256.Sum256(m.Data)
	if b.Get(digest[:]) != nil {
		return nil
	}
	if err := b.Put(digest[:], m.Data); err != nil {
		return fmt.Errorf("picture %x: %w", digest, err)
	}
	return nil
}

// dropMedia forgets the bytes once no delivery may send them any more. It comes after
// the change that may have made it so.
func (t tx) dropMedia(m *delivery.Media) error {
	if m == nil {
		return nil
	}
	prefix, err := mediaKey(*m, "")
	if err != nil {
		return err
	}
	if k, _ := t.data.Cursor().Seek(prefix); bytes.HasPrefix(k, prefix) {
		return nil
	}
	b := t.bolt.Bucket(bucketMedia)
	if b == nil {
		return nil
	}
	if err := b.Delete(prefix[1:]); err != nil {
		return fmt.Errorf("picture %s: %w", m.SHA256, err)
	}
	return nil
}

// changeMedia gives deliveries without a frozen text their pictures of a correction.
func (t tx) changeMedia(ds []delivery.Delivery, media map[string]*NewMedia) error {
	for _, d := range ds {
		m, corrected := media[d.Account]
		if !corrected || d.State != delivery.Scheduled || d.Text != "" {
			continue
		}
		if err := t.putMedia(m); err != nil {
			return fmt.Errorf("delivery %q: %w", d.ID, err)
		}
		next := d
		next.Media = m.stored()
		if err := t.change(d, next); err != nil {
			return err
		}
	}
	return nil
}
