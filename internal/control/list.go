package control

import (
	"errors"
	"fmt"
	"strings"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// listPosted lists what was posted last.
func (s *Service) listPosted(f ListFilter, yield func(ListedDelivery) error) error {
	most := f.Limit
	if f.State == string(delivery.Delivered) {
		f.State = ""
	}
	if f.Limit = 0; most < 1 || f != (ListFilter{Posted: true}) {
		return badInput(errors.New("what was posted last: want a limit, and no state, account or ID"))
	}
	if s.Outbox == nil {
		return nil
	}
	var failed error
	err := s.Outbox.LastPosted(most, func(d delivery.Delivery, a outbox.Article) bool {
		failed = yield(listed(d, a))
		return failed == nil
	})
	return errors.Join(err, failed)
}

func listed(d delivery.Delivery, a outbox.Article) ListedDelivery {
	return ListedDelivery{Article: a.ID, Slug: a.Slug, Title: a.Title, StoryDelivery: story(d)}
}

// place makes a filter begin where the wanted deliveries do: at the highest ID with the
// prefix, so that finding them costs by what is found.
func (f ListFilter) place(to *outbox.Filter) error {
	to.After = f.After
	if f.Prefix == "" {
		return nil
	}
	if f.After != "" {
		return errors.New("after and prefix exclude each other")
	}
	id, _, dotted := strings.Cut(f.Prefix, ".")
	const length, highest = 12, "z" // of an article's ID
	if len(id) > length || dotted && len(id) < length {
		return fmt.Errorf("prefix %q: no ID begins so", f.Prefix)
	}
	// No account's name sorts behind "~".
	to.After = id + strings.Repeat(highest, length-len(id)) + ".~"
	return nil
}
