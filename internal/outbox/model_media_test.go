package outbox

import (
	"bytes"
	"errors"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crieur/internal/delivery"
)

// modelPictures are few, so that deliveries share them.
func modelPictures() []*NewMedia {
	return []*NewMedia{
		{Data: []byte("red"), Type: "image/png", Width: 1, Height: 2, Alt: "rouge"},
		{Data: []byte("red"), Type: "image/png", Width: 1, Height: 2, Alt: "the same, told otherwise"},
		{Data: bytes.Repeat([]byte("green"), 2000), Type: "image/jpeg", Width: 3, Height: 4},
		{Data: []byte("blue"), Type: "image/jpeg", Width: 5, Height: 6},
	}
}

// picture draws one, or none.
func (m *model) picture(t *rapid.T) *NewMedia {
	return rapid.SampledFrom(append(modelPictures(), nil)).Draw(t, "picture")
}

// corrected draws pictures for a correction and tells what they make of the deliveries.
func (m *model) corrected(t *rapid.T) map[string]*NewMedia {
	media := map[string]*NewMedia{}
	for _, account := range modelAccounts {
		if rapid.Bool().Draw(t, "corrected picture") {
			media[account] = m.picture(t)
		}
	}
	return media
}

// correct applies to the list what a correction's pictures change.
func (m *model) correct(id string, media map[string]*NewMedia) {
	for i, d := range m.ds {
		n, corrected := media[d.Account]
		if corrected && d.ArticleID == id && d.State == delivery.Scheduled && len(d.Attempts) == 0 {
			m.ds[i].Media = n.stored()
		}
	}
}

// checkMedia: a picture is there, byte for byte, as long as a delivery may still send
// it, and no longer.
func (m *model) checkMedia(t *rapid.T) {
	for _, p := range modelPictures() {
		needed := false
		for _, d := range m.ds {
			needed = needed || d.Media != nil && d.Media.SHA256 == p.stored().SHA256 && !d.State.Final()
		}
		data, err := m.o.Media(*p.stored())
		switch {
		case needed && (err != nil || !bytes.Equal(data, p.Data)):
			t.Fatalf("picture %q is needed: %v", p.Data[:3], err)
		case !needed && !errors.Is(err, ErrNotFound):
			t.Fatalf("picture %q is not needed: %v", p.Data[:3], err)
		}
	}
	for _, d := range m.ds { // what a delivery says of its picture stays as it was frozen
		got, err := m.o.Delivery(d.ID)
		if diff := gocmp.Diff(d.Media, got.Media); err != nil || diff != "" {
			t.Fatalf("%s: %v\n%s", d.ID, err, diff)
		}
	}
}

// of are the deliveries of an article.
func (m *model) of(id string) (ds []delivery.Delivery) {
	for _, d := range m.ds {
		if d.ArticleID == id {
			ds = append(ds, d)
		}
	}
	return ds
}
