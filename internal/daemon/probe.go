package daemon

import (
	"context"
	"log/slog"
	"time"

	"crieur/config"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/probe"
)

const (
	// probedAtMost bounds how many sources are looked at: those of the articles that were
	// posted last. It covers 33 articles a day for 30 days.
	probedAtMost = 1000
	// probeRound is how often the outbox is read for new articles.
	probeRound = time.Hour
)

// prober looks at the sources of posted articles, one at a time, and stores what they say.
type prober struct {
	outbox *outbox.Outbox
	config func() config.Config
	log    *slog.Logger
	turned func(slug string) // the page reads differently; nil: nobody is told
	gone   func(ctx context.Context, address, site string) (bool, error)

	unclear map[string]time.Time // by article: the latest probe that said nothing, which is not stored
}

// probed is one source.
type probed struct {
	id, slug, source string
	first, last      time.Time // publication; latest probe
}

func (d *Daemon) probe(ctx context.Context) {
	p := &prober{
		outbox: d.outbox, log: d.opt.Log, turned: func(slug string) { d.files.touch(slug) }, config: func() config.Config { return d.current.Load().cfg },
		gone: func(ctx context.Context, address, site string) (bool, error) {
			return probe.Gone(ctx, address, probe.Options{Site: site})
		},
	}
	p.run(ctx)
}

// run works until ctx ends. Each hour it reads what there is to probe, and between
// these rounds it goes by what it read.
func (p *prober) run(ctx context.Context) {
	p.unclear = map[string]time.Time{}
	for ctx.Err() == nil {
		end := time.Now().Add(probeRound)
		if p.config().Pages.Probe {
			sources, err := p.sources()
			if err != nil {
				p.log.Error("sources to probe not read", journal.Key, journal.SourceUnsaved, "error", err)
			}
			p.round(ctx, sources, end)
		}
		sleepUntil(ctx, end)
	}
}

// sources are those of posted articles that are not withdrawn.
func (p *prober) sources() (out []*probed, err error) {
	posted, err := p.outbox.Recent(probedAtMost)
	if err != nil {
		return nil, err
	}
	known := map[string]time.Time{}
	for _, a := range posted {
		if s, ok := p.source(a.Article); ok {
			out = append(out, s)
			if at, ok := p.unclear[s.id]; ok {
				known[s.id] = at
			}
		}
	}
	p.unclear = known // what is not recent any more is forgotten
	return out, nil
}

func (p *prober) source(a outbox.Article) (*probed, bool) {
	if a.Source == "" || !a.WithdrawnAt.IsZero() {
		return nil, false
	}
	s := &probed{id: a.ID, slug: a.Slug, source: a.Source, first: a.PublishedAt, last: a.SourceProbedAt}
	if at := p.unclear[a.ID]; at.After(s.last) {
		s.last = at
	}
	return s, true
}

// round probes what becomes due until end.
func (p *prober) round(ctx context.Context, sources []*probed, end time.Time) {
	for ctx.Err() == nil {
		s, at := earliest(sources, time.Now())
		if s == nil || !at.Before(end) {
			return
		}
		sleepUntil(ctx, at)
		if ctx.Err() != nil || !p.config().Pages.Probe {
			return
		}
		p.look(ctx, s)
	}
}

func earliest(sources []*probed, now time.Time) (first *probed, at time.Time) {
	for _, s := range sources {
		if next, ok := probe.Next(s.slug, s.first, s.last, now); ok && (first == nil || next.Before(at)) {
			first, at = s, next
		}
	}
	return first, at
}

// look probes one source. An unclear answer is no answer: what was known stays.
func (p *prober) look(ctx context.Context, s *probed) {
	gone, err := p.gone(ctx, s.source, p.config().Site.BaseURL)
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	s.last = now
	if err != nil {
		p.unclear[s.id] = now
		p.log.Debug("source not probed", journal.Key, journal.SourceUnclear, "slug", s.slug, "error", err)
		return
	}
	if err := p.store(s, gone, now); err != nil {
		p.log.Error("what a source said is not stored", journal.Key, journal.SourceUnsaved, "slug", s.slug, "error", err)
	}
}

// store keeps an answer, unless the article was corrected or withdrawn meanwhile.
func (p *prober) store(s *probed, gone bool, now time.Time) error {
	a, turned, err := p.outbox.SetSource(s.id, s.source, now, gone)
	switch {
	case err != nil:
		return err
	case !turned:
		return nil
	case a.SourceGoneAt.IsZero():
		p.log.Info("source is back", journal.Key, journal.SourceBack, "slug", s.slug, "source", s.source)
	default:
		p.log.Warn("source is gone: the page stays and forwards no more", journal.Key, journal.SourceGone, "slug", s.slug, "source", s.source, "since", a.SourceGoneAt)
	}
	if p.turned != nil {
		p.turned(s.slug)
	}
	return nil
}

func sleepUntil(ctx context.Context, at time.Time) {
	wait := time.Until(at)
	if wait <= 0 {
		return
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
