package control

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/webhook"
)

// Service answers from the outbox itself.
type Service struct {
	Outbox *outbox.Outbox // nil: there is none yet, so it is empty
	Engine *dispatch.Engine
	Zone   *time.Location // of wall times; nil: UTC
	MaxAge time.Duration  // after its moment a delivery is stale; 0: never

	SecretSlugs bool // new pages get addresses that nobody can guess

	Webhooks func() ([]webhook.Status, error) // how they stand; nil: there are none

	// Pages writes all pages into a folder, see API.Export, and PruneIn is API.Prune there;
	// nil: this service knows no pages.
	Pages, PruneIn func(ctx context.Context, dir string, progress func(done, total int64)) (int64, error)

	// Share gives the image that link previews of an article's page show when the article
	// brings none, and its description; nil: this service knows none.
	Share func(article.Article) (data []byte, alt string, err error)

	// Changed is told the slug of each page that an operator withdrew or corrected; nil: nobody.
	Changed func(slug string)

	// Left names the files of a withdrawn page that are still in pages.export_dir, once it
	// was tried to remove them; nil: this service knows none.
	Left func(ctx context.Context, slug string) []string

	// Wake makes the engine that runs now look at the outbox; nil: Engine. While a
	// request is read, a reload may put another in Engine's place.
	Wake func()
}

func (s *Service) wake() {
	if s.Wake != nil {
		s.Wake()
		return
	}
	s.Engine.Wake()
}

var _ API = (*Service)(nil)

// Preview implements API.
func (s *Service) Preview(_ context.Context, r Request) (Preview, error) {
	p, _, err := s.rehearse(r, time.Now())
	for i := range p.Posts {
		if a, ok := s.account(p.Posts[i].Account); ok {
			tellDearer(&p.Posts[i], a, p.Article.URL)
		}
	}
	if err == nil && s.SecretSlugs {
		p.Article.Warnings = append(p.Article.Warnings, "the page's address is an example: enqueue draws a secret one")
	}
	return p, r.named(err)
}

// Enqueue implements API. Where ctx ends before all is stored, nothing is.
func (s *Service) Enqueue(ctx context.Context, rs []Request) ([]Enqueued, error) {
	now := time.Now()
	var news []outbox.NewArticle
	var previews []Preview
	var refused []error
	for _, r := range rs {
		if ctx.Err() != nil {
			return nil, brokenOff(ctx)
		}
		p, n, err := s.rehearse(r, now)
		if err != nil {
			refused = append(refused, r.named(err))
			continue
		}
		news, previews = append(news, n), append(previews, p)
	}
	if len(refused) > 0 {
		return nil, errors.Join(refused...)
	}
	stored, err := s.Outbox.EnqueueWhile(ctx, now, news)
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil, brokenOff(ctx)
	}
	if errors.Is(err, outbox.ErrUnsettled) {
		return nil, badInput(fmt.Errorf("%w: look at the account and resolve it first (crieur resolve)", err))
	}
	if errors.Is(err, outbox.ErrWithdrawn) {
		return nil, badInput(fmt.Errorf("%w (--again)", err))
	}
	if err != nil {
		return nil, err
	}
	s.wake()
	out := make([]Enqueued, 0, len(stored))
	for i, e := range stored {
		en := s.enqueued(e)
		en.Warnings = slices.Concat(previews[i].Article.Warnings, previews[i].postWarnings())
		en.Added = e.Added
		switch at := e.Article.WithdrawnAt; {
		case e.Existing && !at.IsZero():
			en.Warnings = append(en.Warnings, fmt.Sprintf("it was withdrawn at %s: nothing of it is posted any more; --again publishes it anew", at.Format(time.RFC3339)))
		case e.Existing:
			en.Warnings = append(en.Warnings, missing(news[i], e.Deliveries)...)
		}
		out = append(out, en)
	}
	return out, nil
}

// extends tells whether accounts that lack a delivery of a known article get one: those that
// the operator names are meant; those of the article were served first.
func (r Request) extends() bool { return len(r.Accounts) > 0 }

func brokenOff(ctx context.Context) error {
	return fmt.Errorf("broken off, nothing was stored: %w", context.Cause(ctx))
}

// named puts the file's name before an error: one of fifty must be found.
func (r Request) named(err error) error {
	if err == nil || r.Name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", r.Name, err)
}

// missing warns of wishes that the article as it was enqueued first does not fulfil.
func missing(wish outbox.NewArticle, have []delivery.Delivery) (out []string) {
	for _, w := range wish.Deliveries {
		i := slices.IndexFunc(have, func(d delivery.Delivery) bool { return d.Account == w.Account })
		switch {
		case i < 0:
			out = append(out, fmt.Sprintf("account %q: not among the accounts of the first enqueue, so nothing is posted there: --account %s adds it", w.Account, w.Account))
		case have[i].State == delivery.Scheduled && have[i].Timed && !w.Due.Equal(have[i].Due):
			out = append(out, fmt.Sprintf("account %q: stays due %s as first enqueued", w.Account, have[i].Due.UTC().Format(time.RFC3339)))
		}
	}
	return out
}

// rehearse composes an article for its accounts, so that what cannot fit is refused
// in the operator's terminal, and says what would be stored.
func (s *Service) rehearse(r Request, now time.Time) (Preview, outbox.NewArticle, error) {
	if s.SecretSlugs {
		r.Article.Article.Slug = secretSlug()
	}
	art := r.Article.Article
	if err := art.Validate(); err != nil {
		return Preview{}, outbox.NewArticle{}, badInput(err)
	}
	accounts, err := s.accounts(r)
	if err != nil {
		return Preview{}, outbox.NewArticle{}, badInput(err)
	}
	if r.Priority < -128 || r.Priority > 127 {
		return Preview{}, outbox.NewArticle{}, badInput(fmt.Errorf("priority %d: want -128 to 127", r.Priority))
	}
	url := s.Engine.PageURL(art.Slug)
	preview := Preview{Article: previewArticle(r.Article, url), Posts: []PreviewPost{}}
	stored := outbox.NewArticle{Article: art, Again: r.Again, Extend: r.extends()}
	var refused []error
	for _, a := range accounts {
		due, expires, err := s.moments(r, a, now)
		if err != nil {
			return Preview{}, outbox.NewArticle{}, err
		}
		post, err := s.compose(a, art, url)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		media, err := s.picture(a, art, r.Image, &post)
		if err != nil {
			refused = append(refused, fmt.Errorf("account %q: %w", a.Name, err))
			continue
		}
		preview.Posts = append(preview.Posts, post)
		stored.Deliveries = append(stored.Deliveries, outbox.NewDelivery{
			Account: a.Name, Platform: a.Platform, Due: due, Priority: r.Priority, Expires: expires, Media: media,
		})
	}
	preview.Article.Warnings = append(preview.Article.Warnings, fileWarning(art, accounts)...)
	tellReaders(&preview, art)
	return preview, stored, badInput(errors.Join(refused...))
}

func (s *Service) compose(a dispatch.Account, art article.Article, url string) (PreviewPost, error) {
	limits, err := s.Engine.Limits(a)
	if err != nil {
		return PreviewPost{}, err
	}
	c, err := a.Compose(art, url, limits)
	if err != nil {
		return PreviewPost{}, err
	}
	p := PreviewPost{
		Account: a.Name, Platform: a.Platform, Username: limits.Username, Text: c.Text, ContentWarning: c.ContentWarning,
		Length: c.Length, Limit: c.Limit, CostUSD: c.CostUSD, Dropped: nonNil(c.Dropped), DroppedWhy: nonNil(c.Why),
	}
	tellLinks(&p, a, url)
	tellHashtags(&p)
	return p, nil
}

// accounts resolves the wish for accounts: the operator's, else the article's, else all.
func (s *Service) accounts(r Request) ([]dispatch.Account, error) {
	all := s.Engine.Accounts()
	wish := r.Accounts
	if len(wish) == 0 {
		wish = r.Article.Article.Accounts
	}
	if len(all) == 0 {
		return nil, errors.New("no account is configured: add an [[account]] to the configuration")
	}
	if len(wish) == 0 {
		return all, nil
	}
	var out []dispatch.Account
	for _, name := range slices.Compact(slices.Sorted(slices.Values(wish))) {
		i := slices.IndexFunc(all, func(a dispatch.Account) bool { return a.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("account %q is not configured: want one of %s", name, accountNames(all, name))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// accountNames lists the accounts where another name was given, and the one that was
// probably meant.
func accountNames(as []dispatch.Account, given string) string {
	var names, quoted []string
	for _, a := range as {
		names, quoted = append(names, a.Name), append(quoted, fmt.Sprintf("%q", a.Name))
	}
	return strings.Join(quoted, ", ") + config.DidYouMean(given, names)
}

func previewArticle(r article.Result, url string) PreviewArticle {
	a := r.Article
	p := PreviewArticle{
		Title: a.Title, Slug: a.Slug, URL: url, Source: a.Source, Language: a.Language,
		Tags: a.Tags, Repairs: r.Repairs, Warnings: warnings(r), Proposals: r.Proposals,
	}
	// A list is a list also when it is empty: scripts iterate over it.
	p.Tags, p.Repairs, p.Proposals = nonNil(p.Tags), nonNil(p.Repairs), nonNil(p.Proposals)
	return p
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// warnings are everything that a person should look at before the post goes out.
func warnings(r article.Result) []string {
	out := append([]string{}, r.Warnings...)
	for _, p := range r.Proposals {
		out = append(out, fmt.Sprintf("line %d: %q is probably %q (%s): --accept-proposals takes it", p.Line, p.Before, p.After, p.Rule))
	}
	return out
}

// postWarnings are those of the posts, each with its account.
func (p Preview) postWarnings() (out []string) {
	for _, post := range p.Posts {
		for _, w := range post.Warnings {
			out = append(out, fmt.Sprintf("account %q: %s", post.Account, w))
		}
	}
	return out
}

func (s *Service) enqueued(e outbox.Enqueued) Enqueued {
	out := Enqueued{
		ID: e.Article.ID, Slug: e.Article.Slug, URL: s.Engine.PageURL(e.Article.Slug),
		Existing: e.Existing, Deliveries: []EnqueuedDelivery{},
	}
	for _, d := range e.Deliveries {
		out.Deliveries = append(out.Deliveries, EnqueuedDelivery{ID: d.ID, Account: d.Account, State: string(d.State), Due: d.Due.UTC()})
	}
	return out
}
