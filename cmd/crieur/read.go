package main

import (
	"context"
	"errors"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
)

// readArticles reads all files, or none: every mistake is told at once.
func (a *app) readArticles(ctx context.Context, args []string, cfg config.Config, acceptProposals bool, wish control.Request) ([]control.Request, error) {
	paths, err := article.Expand(args)
	if err != nil {
		return nil, usageError{err}
	}
	opt := article.Options{Language: cfg.Site.Language, AcceptProposals: acceptProposals}
	var out []control.Request
	var failed []error
	bar := a.progressIn("articles read")
	defer bar.clear()
	for i, p := range paths {
		bar.set(int64(i), int64(len(paths)))
		r, err := article.ReadFile(p, a.in, opt)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		one := wish
		if one.Image, err = readImage(ctx, p, &r, wish.Accounts, cfg); err != nil {
			failed = append(failed, err)
			continue
		}
		one.Name, one.Article = p, r
		out = append(out, one)
	}
	if len(failed) > 0 {
		return nil, usageError{errors.Join(failed...)}
	}
	return out, nil
}
