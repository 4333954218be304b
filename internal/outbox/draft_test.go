package outbox

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestADraftIsTheArticleWithoutItsDeliveries(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "a", "b"))[0]
	mustClaim(t, o, e.Deliveries[0].ID, t0)
	corrected := text(1, 500)
	corrected.Title = "Corrected"
	if _, err := o.Update(e.Article.ID, corrected, t0.Add(time.Hour), nil); err != nil {
		t.Fatal(err)
	}
	want, _, err := o.Article(e.Article.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want.PublishedAt.IsZero() || want.Title != "Corrected" {
		t.Fatalf("%+v", want)
	}
	want.PublishedAt = time.Time{}
	got, err := o.Draft(e.Article.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, id := range []string{"", e.Article.ID[:5], e.Deliveries[0].ID, "000000000000"} {
		if _, err := o.Draft(id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
	mustVerify(t, o)
}
