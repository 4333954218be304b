package daemon

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"time"

	"crieur/config"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/platform"
	"crieur/internal/schedule"
)

// pace turns the keys of an account's schedule into the engine's rules.
func pace(cfg config.Config, c config.Account) (dispatch.Pace, error) {
	zone, err := time.LoadLocation(cmp.Or(c.Timezone, cfg.Site.Timezone))
	if err != nil {
		return dispatch.Pace{}, fmt.Errorf("timezone: %w", err)
	}
	p := dispatch.Pace{
		CatchUp: c.CatchUp,
		Budget:  outbox.MicrosOf(c.MonthlyBudgetUSD),
		Rules:   schedule.Rules{Zone: zone, MinSpacing: time.Duration(c.MinSpacing), MaxPerDay: c.MaxPerDay, Rates: published(c)},
	}
	var failed []error
	for i, text := range c.QuietHours {
		w, err := schedule.ParseWindow(text)
		if err != nil {
			failed = append(failed, fmt.Errorf("quiet_hours[%d] %w", i, err))
			continue
		}
		p.Rules.Quiet = append(p.Rules.Quiet, w)
	}
	if err := p.Rules.Quiet.Validate(); err != nil {
		failed = append(failed, fmt.Errorf("quiet_hours: %w", err))
	}
	var exprs []schedule.Expr
	for i, text := range c.Schedule {
		e, err := schedule.ParseExpr(text)
		if err != nil {
			failed = append(failed, fmt.Errorf("schedule[%d] %w", i, err))
			continue
		}
		exprs = append(exprs, e)
	}
	if err := errors.Join(failed...); err != nil || len(exprs) == 0 {
		return p, err
	}
	if p.Slots, err = schedule.NewSlots(exprs, zone, time.Duration(c.Jitter), c.Name, p.Rules.Quiet); err != nil {
		return p, fmt.Errorf("schedule: %w", err)
	}
	p.Plan = fingerprintOf(fmt.Sprint(c.Schedule), zone.String(), c.Jitter.String(), p.Rules.Quiet.String())
	return p, nil
}

// fingerprintOf tells one list of texts from another.
func fingerprintOf(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		_, _ = fmt.Fprintf(h, "%d:%s,", len(t), t) // a hash never fails to write
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// published are the limits that X documents for creating posts. Whoever speaks its
// protocol under another name tells of its own limits in its answers.
func published(c config.Account) []schedule.Rate {
	if u, err := url.Parse(c.APIURL); c.Platform != config.PlatformX || err != nil || webURL(c.APIURL) != "" || u.Hostname() == "" {
		return nil
	}
	return []schedule.Rate{{Max: 100, Per: 15 * time.Minute}, {Max: 300, Per: 3 * time.Hour}}
}

// priceX is what X bills for requests that create no post.
func priceX(p config.Prices) func(platform.Op, int) outbox.Micros {
	return func(op platform.Op, units int) outbox.Micros {
		each := map[platform.Op]float64{platform.OpReadOwned: p.XReadOwned, platform.OpReadPost: p.XReadPost, platform.OpReadUser: p.XReadUser, platform.OpMetadata: p.XMediaMetadata}[op]
		return outbox.Micros(units) * outbox.MicrosOf(each)
	}
}
