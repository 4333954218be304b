package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// Resolution is what an operator saw on the platform.
type Resolution struct {
	ID        string `json:"id"`                   // of a held delivery, or a unique beginning
	Posted    string `json:"posted,omitempty"`     // the post's address
	NotPosted bool   `json:"not_posted,omitempty"` // it is not there: send it again
}

// Resolve implements API.
func (s *Service) Resolve(_ context.Context, r Resolution) (StoryDelivery, error) {
	if (r.Posted == "") == !r.NotPosted {
		return StoryDelivery{}, badInput(errors.New("say either --posted URL or --not-posted"))
	}
	d, err := s.one(r.ID)
	if err != nil {
		return StoryDelivery{}, err
	}
	if d.State != delivery.Held {
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s, not held: there is nothing to resolve", d.ID, d.State))
	}
	out := outbox.Outcome{To: delivery.Scheduled}
	if r.Posted != "" {
		account, receipt, err := s.receipt(d, r.Posted)
		if err != nil {
			return StoryDelivery{}, badInput(err)
		}
		out = account.Found(d, receipt, time.Now())
	}
	if d, err = s.Outbox.Move(d.ID, time.Now(), out); err != nil {
		return StoryDelivery{}, err
	}
	s.wake()
	return story(d), nil
}

// receipt checks a post's address against the delivery's account, which it returns, and platform.
func (s *Service) receipt(d delivery.Delivery, url string) (dispatch.Account, delivery.Receipt, error) {
	all := s.Engine.Accounts()
	i := slices.IndexFunc(all, func(a dispatch.Account) bool { return a.Name == d.Account })
	if i < 0 {
		return dispatch.Account{}, delivery.Receipt{}, fmt.Errorf("account %q is not configured: its posts' addresses cannot be checked", d.Account)
	}
	id, author, err := all[i].PostID(url)
	if err != nil {
		return dispatch.Account{}, delivery.Receipt{}, fmt.Errorf("account %q: %w", d.Account, err)
	}
	limits, err := s.Engine.Limits(all[i])
	if err != nil {
		return dispatch.Account{}, delivery.Receipt{}, err
	}
	if us := limits.Username; us != "" && author != "" && !strings.EqualFold(us, author) {
		return dispatch.Account{}, delivery.Receipt{}, fmt.Errorf("account %q: address %q is of a post by %q, and this account is %q", d.Account, url, author, us)
	}
	at := d.CreatedAt
	if n := len(d.Attempts); n > 0 {
		at = d.Attempts[n-1].At
	}
	return all[i], delivery.Receipt{PostID: id, URL: url, PostedAt: at}, nil
}

// Cancel implements API.
func (s *Service) Cancel(_ context.Context, id string) (StoryDelivery, error) {
	d, err := s.one(id)
	if err != nil {
		return StoryDelivery{}, err
	}
	if d.State != delivery.Scheduled {
		return StoryDelivery{}, badInput(fmt.Errorf("delivery %s is %s: only a scheduled one can be cancelled", d.ID, d.State))
	}
	if d, err = s.Outbox.Move(d.ID, time.Now(), outbox.Outcome{To: delivery.Cancelled}); err != nil {
		return StoryDelivery{}, err
	}
	return story(d), nil
}

// Resume implements API.
func (s *Service) Resume(_ context.Context, account string) error {
	defer s.wake()
	return s.unknownIsInput(account, s.Engine.Resume(account))
}

// Pause implements API.
func (s *Service) Pause(_ context.Context, account string) error {
	defer s.wake()
	return s.unknownIsInput(account, s.Engine.Pause(account))
}

func (s *Service) unknownIsInput(account string, err error) error {
	if errors.Is(err, dispatch.ErrUnknownAccount) {
		return badInput(fmt.Errorf("%w: want one of %s", err, accountNames(s.Engine.Accounts(), account)))
	}
	return err
}

// find is Outbox.Find for operators: also by the page's whole address.
func (s *Service) find(name string) (outbox.Article, []delivery.Delivery, string, error) {
	if s.Outbox == nil {
		return outbox.Article{}, nil, "", s.none(name)
	}
	given := name
	if i := strings.LastIndexByte(name, '/'); i >= 0 && s.Engine.PageURL(name[i+1:]) == name {
		given = name[i+1:]
	}
	a, ds, account, err := s.Outbox.Find(given)
	var several *outbox.AmbiguousError
	switch {
	case errors.As(err, &several):
		err = badInput(err)
	case errors.Is(err, outbox.ErrNotFound):
		err = badInput(fmt.Errorf("%w (an ID or its beginning names it, see \"crieur list\", or its page's address)", err))
	}
	return a, ds, account, err
}

// one finds the delivery that an operator means. An article's name will do when it has
// one delivery only.
func (s *Service) one(name string) (delivery.Delivery, error) {
	_, ds, account, err := s.find(name)
	if err != nil {
		return delivery.Delivery{}, err
	}
	if account == "" && len(ds) == 1 {
		return ds[0], nil
	}
	which := fmt.Sprintf("%q has %d deliveries, say which:", name, len(ds))
	for _, d := range ds {
		if d.Account == account {
			return d, nil
		}
		which += fmt.Sprintf("\n  %s  %s", d.ID, d.State)
	}
	return delivery.Delivery{}, badInput(errors.New(which))
}
