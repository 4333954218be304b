package main

import (
	"context"
	"errors"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
)

// listPage is how many deliveries a list reads at a time. What prints them may wait for
// hours, as a pager does: nobody else, and no daemon that starts, may wait with it.
const listPage = 1000

// eachListed calls yield for each selected delivery, newest first, and holds neither
// the outbox nor the daemon meanwhile.
func (a *app) eachListed(ctx context.Context, cfg config.Config, f control.ListFilter, yield func(control.ListedDelivery) error) error {
	for left := f.Limit; ; {
		page := f
		if page.Limit = left; left == 0 || left > listPage {
			page.Limit = listPage
		}
		var rows []control.ListedDelivery
		failed := a.askFor(ctx, cfg, daemon.ToLook, func(api control.API) error {
			return api.List(ctx, page, func(d control.ListedDelivery) error {
				rows = append(rows, d)
				return nil
			})
		})
		for _, d := range rows {
			if f.After != "" && d.ID >= f.After {
				return errors.New("the daemon is of an older version and begins its list anew each time: restart it")
			}
			if err := yield(d); err != nil {
				return err
			}
		}
		if failed != nil || len(rows) < page.Limit || len(rows) == left {
			return failed
		}
		if left > 0 {
			left -= len(rows)
		}
		f.After = rows[len(rows)-1].ID
	}
}
