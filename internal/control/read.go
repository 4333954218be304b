package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// Show implements API.
func (s *Service) Show(_ context.Context, id string) (Story, error) {
	a, ds, account, err := s.find(id)
	if err != nil {
		return Story{}, err
	}
	out := Story{ID: a.ID, Slug: a.Slug, URL: s.Engine.PageURL(a.Slug), Title: a.Title, Source: a.Source, EnqueuedAt: a.EnqueuedAt.UTC(), Deliveries: []StoryDelivery{}}
	out.WithdrawnAt, out.UpdatedAt, out.SourceGoneAt = a.WithdrawnAt, a.UpdatedAt, a.SourceGoneAt
	for _, d := range ds {
		if d.Account == account || len(ds) == 1 {
			out.Named = d.ID
		}
		told := story(d)
		charged, err := s.Outbox.Charged(d)
		if err != nil {
			return Story{}, err
		}
		told.ChargedUSD = charged.USD()
		out.Deliveries = append(out.Deliveries, told)
	}
	out.Visits, err = s.visitsOf(a.ID, time.Now())
	return out, err
}

func (s *Service) none(id string) error {
	return badInput(fmt.Errorf("article %q: %w: there is no outbox yet", id, outbox.ErrNotFound))
}

// List implements API.
func (s *Service) List(_ context.Context, f ListFilter, yield func(ListedDelivery) error) error {
	if f.Posted {
		return s.listPosted(f, yield)
	}
	filter := outbox.Filter{Account: f.Account, Limit: f.Limit}
	if err := f.place(&filter); err != nil {
		return badInput(err)
	}
	if f.State != "" {
		st, err := delivery.ParseState(f.State)
		if err != nil {
			var states []string
			for _, known := range delivery.States() {
				states = append(states, string(known))
			}
			return badInput(fmt.Errorf("%w%s", err, config.DidYouMean(f.State, states)))
		}
		filter.State = st
	}
	if f.Limit < 0 {
		return badInput(fmt.Errorf("limit %d is negative", f.Limit))
	}
	if err := s.knownAccount(f.Account); err != nil {
		return badInput(err)
	}
	if s.Outbox == nil {
		return nil
	}
	var failed error
	err := s.Outbox.List(filter, func(d delivery.Delivery, a outbox.Article) bool {
		if !strings.HasPrefix(d.ID, f.Prefix) {
			return strings.HasPrefix(f.Prefix, d.ArticleID) // another account of the same article
		}
		failed = yield(listed(d, a))
		return failed == nil
	})
	return errors.Join(err, failed)
}

// knownAccount refuses an account that is neither configured nor in the outbox.
func (s *Service) knownAccount(name string) error {
	all := s.Engine.Accounts()
	if name == "" || slices.ContainsFunc(all, func(a dispatch.Account) bool { return a.Name == name }) {
		return nil
	}
	if s.Outbox != nil {
		known, err := s.Outbox.Accounts()
		if err != nil || slices.Contains(known, name) {
			return err
		}
	}
	return fmt.Errorf("account %q is neither configured nor in the outbox: want one of %s", name, accountNames(all, name))
}

// Status implements API.
func (s *Service) Status(context.Context) (dispatch.Status, error) {
	st, err := s.Engine.Status(time.Now())
	if err == nil && s.Webhooks != nil {
		st.Webhooks, err = s.Webhooks()
	}
	if err == nil {
		err = s.countVisits(&st, time.Now())
	}
	return st, err
}

func story(d delivery.Delivery) StoryDelivery {
	out := StoryDelivery{
		ID: d.ID, Account: d.Account, Platform: d.Platform, State: string(d.State), Reason: d.Reason,
		Due: d.Due.UTC(), Timed: d.Timed, Priority: d.Priority, Text: d.Text, Attempts: []Attempt{},
	}
	if d.State == delivery.Unknown {
		out.NextLook = d.NextLook.UTC()
	}
	if !d.Expires.IsZero() {
		at := d.Expires.UTC().Format(time.RFC3339)
		out.Expires = &at
	}
	if m := d.Media; m != nil {
		out.Media = &Media{Type: m.Type, Width: m.Width, Height: m.Height, Bytes: m.Size, Alt: m.Alt}
	}
	for _, a := range d.Attempts {
		out.Attempts = append(out.Attempts, Attempt{N: a.N, At: a.At.UTC(), Class: string(a.Class), Status: a.Status, Error: a.Error})
	}
	for _, l := range d.Looks {
		out.Looks = append(out.Looks, Look{At: l.At.UTC(), Absent: l.Absent, Error: l.Error})
	}
	if r := d.Receipt; r != nil {
		out.Receipt = &Receipt{PostID: r.PostID, URL: r.URL, PostedAt: r.PostedAt.UTC()}
	}
	return out
}
