package control

import (
	"slices"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// TestWhatWasPostedLastIsListedFirst, in the order of the posts and not of the articles.
func TestWhatWasPostedLastIsListedFirst(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		got, err := api.Enqueue(t.Context(), articles(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		var want []string
		for i, n := range []int{1, 2, 0} {
			id := got[n].Deliveries[0].ID
			d, err := s.Outbox.Claim(id, begin, outbox.Terms{Compose: func(outbox.Article) (string, error) { return "text", nil }})
			if err != nil {
				t.Fatal(err)
			}
			at := begin.Add(time.Duration(i) * time.Minute)
			receipt := &delivery.Receipt{PostID: id, URL: "https://example.org/" + id, PostedAt: at}
			if _, err := s.Outbox.Settle(id, d.Attempts[0].N, at, outbox.Outcome{To: delivery.Delivered, Class: delivery.OK, Receipt: receipt}); err != nil {
				t.Fatal(err)
			}
			want = append([]string{id}, want...)
		}
		for limit := 1; limit <= 4; limit++ {
			var ids []string
			err := api.List(t.Context(), ListFilter{State: "delivered", Posted: true, Limit: limit}, func(d ListedDelivery) error {
				if d.Title == "" || d.Receipt == nil {
					t.Errorf("not whole: %+v", d)
				}
				ids = append(ids, d.ID)
				return nil
			})
			if err != nil || !slices.Equal(ids, want[:min(limit, 3)]) {
				t.Errorf("the last %d: %v, want %v; %v", limit, ids, want, err)
			}
		}
		for _, f := range []ListFilter{{Posted: true}, {Posted: true, Limit: 1, State: "held"}, {Posted: true, Limit: 1, Account: "long"}} {
			if err := api.List(t.Context(), f, func(ListedDelivery) error { return nil }); err == nil {
				t.Errorf("%+v was not refused", f)
			}
		}
	})
}
