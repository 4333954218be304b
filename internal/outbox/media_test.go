package outbox

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"crieur/internal/delivery"
)

func withPicture(n int, data string, accounts ...string) NewArticle {
	a := fresh(n, accounts...)
	for i := range a.Deliveries {
		a.Deliveries[i].Media = &NewMedia{Data: []byte(data), Type: "image/png", Width: 4, Height: 3, Alt: "un port"}
	}
	return a
}

func TestAPictureIsKeptOnceAndForgottenWithItsLastDelivery(t *testing.T) {
	o := openNew(t)
	es := mustEnqueue(t, o, withPicture(1, "port", "masto", "x"), withPicture(2, "port", "masto"))
	m := *es[0].Deliveries[0].Media
	for i, id := range []string{es[0].Deliveries[0].ID, es[0].Deliveries[1].ID, es[1].Deliveries[0].ID} {
		d := mustClaim(t, o, id, t0.Add(time.Minute))
		if got, err := o.Media(*d.Media); err != nil || string(got) != "port" {
			t.Fatalf("%q, %v", got, err)
		}
		mustSettle(t, o, id, 1, t0.Add(time.Minute), delivered("1"))
		mustVerify(t, o)
		_, err := o.Media(m)
		if last := i == 2; last != errors.Is(err, ErrNotFound) {
			t.Errorf("after %d posts: %v", i+1, err)
		}
	}
	if d, err := o.Delivery(es[0].Deliveries[0].ID); err != nil || d.Media == nil || d.Media.Alt != "un port" {
		t.Errorf("what was attached is forgotten: %+v %v", d.Media, err)
	}
}

func TestARepeatedAttemptSendsTheSamePicture(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, withPicture(1, "port", "masto"))[0]
	id := e.Deliveries[0].ID
	first := mustClaim(t, o, id, t0)
	mustSettle(t, o, id, 1, t0, refused(t0.Add(time.Minute)))
	other := &NewMedia{Data: []byte("other"), Type: "image/png", Width: 1, Height: 1}
	if _, err := o.Update(e.Article.ID, text(1, 300), t0, map[string]*NewMedia{"masto": other}); err != nil {
		t.Fatal(err)
	}
	second := mustClaim(t, o, id, t0.Add(time.Minute))
	if *first.Media != *second.Media {
		t.Errorf("%+v, then %+v", first.Media, second.Media)
	}
	mustVerify(t, o)
}

func TestACorrectionChangesThePictureOfWhatIsNotSentYet(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, withPicture(1, "port", "masto", "x"))[0]
	media := map[string]*NewMedia{"masto": {Data: []byte("quai"), Type: "image/jpeg", Width: 1, Height: 1, Alt: "un quai"}, "x": nil}
	if _, err := o.Update(e.Article.ID, text(1, 300), t0, media); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, o)
	if _, err := o.Media(*e.Deliveries[0].Media); !errors.Is(err, ErrNotFound) {
		t.Errorf("the old picture: %v", err)
	}
	_, ds, err := o.Article(e.Article.ID)
	if err != nil || ds[0].Media == nil || ds[0].Media.Alt != "un quai" || ds[1].Media != nil {
		t.Errorf("%+v %v", ds, err)
	}
}

func TestABatchThatIsRefusedLeavesNoPicture(t *testing.T) {
	o := openNew(t)
	late := fresh(2, "x")
	late.Deliveries[0].Expires = t0.Add(-1)
	if _, err := o.Enqueue(t0, []NewArticle{withPicture(1, "port", "masto"), late}); err == nil {
		t.Fatal("an expired delivery was stored")
	}
	m := withPicture(1, "port", "masto").Deliveries[0].Media
	if _, err := o.Media(*m.stored()); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
	bad := withPicture(3, "", "masto")
	if _, err := o.Enqueue(t0, []NewArticle{bad}); err == nil || !strings.Contains(err.Error(), "picture of 0 bytes") {
		t.Errorf("an empty picture: %v", err)
	}
	mustVerify(t, o)
}

func TestABackupHasThePictures(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, withPicture(1, "port", "masto"))[0]
	copied := filepath.Join(t.TempDir(), "copy.db")
	var b bytes.Buffer
	if err := o.snapshot(&b, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	c := mustOpen(t, copied)
	if got, err := c.Media(*e.Deliveries[0].Media); err != nil || string(got) != "port" {
		t.Errorf("%q %v", got, err)
	}
	mustVerify(t, c)
}

// TestVerifySeesWhatIsWrongWithPictures damages each part in turn.
func TestVerifySeesWhatIsWrongWithPictures(t *testing.T) {
	for want, damage := range map[string]func(*bbolt.Tx, []byte, []byte) error{
		"is missing":         func(t *bbolt.Tx, digest, _ []byte) error { return t.Bucket(bucketMedia).Delete(digest) },
		"not what was store": func(t *bbolt.Tx, digest, _ []byte) error { return t.Bucket(bucketMedia).Put(digest, []byte("x")) },
		"nothing needs it": func(t *bbolt.Tx, _, _ []byte) error {
			return t.Bucket(bucketMedia).Put(bytes.Repeat([]byte{7}, 32), []byte("x"))
		},
		"its index entry": func(t *bbolt.Tx, _, key []byte) error { return t.Bucket(bucketData).Delete(key) },
		"stale": func(t *bbolt.Tx, _, key []byte) error {
			return t.Bucket(bucketData).Put(append([]byte{kindMedia}, append(bytes.Repeat([]byte{7}, 32), key[33:]...)...), nil)
		},
		"malformed": func(t *bbolt.Tx, _, _ []byte) error {
			return t.Bucket(bucketData).Put([]byte{kindMedia, kindMedia}, nil)
		},
	} {
		o := openNew(t)
		d := mustEnqueue(t, o, withPicture(1, "port", "masto"))[0].Deliveries[0]
		key, err := mediaKey(*d.Media, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.db.Update(func(tx *bbolt.Tx) error { return damage(tx, key[1:33], key) }); err != nil {
			t.Fatal(err)
		}
		if err := o.Verify(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
		if _, err := o.Media(delivery.Media{SHA256: "zz"}); err == nil {
			t.Error("a digest that is none")
		}
	}
}
