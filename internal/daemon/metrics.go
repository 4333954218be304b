package daemon

import (
	"context"
	"errors"
	"time"

	"crieur/internal/metrics"
)

// newMetrics counts for all generations.
func (d *Daemon) newMetrics() *metrics.Metrics {
	return metrics.New(metrics.Options{
		Version: d.opt.Version,
		Ready:   func(now time.Time) bool { return d.Service().Engine.Ready(now) },
		Read:    d.reading,
	})
}

// reading is what a scrape reads.
func (d *Daemon) reading(time.Time) (r metrics.Reading, err error) {
	var errs [4]error
	s := d.Service()
	r.Turns = s.Engine.Turns()
	r.Status, errs[0] = s.Status(context.Background())
	r.Receipts, errs[1] = d.outbox.LastReceipt()
	r.Size, errs[2] = d.outbox.Size()
	r.Free, errs[3] = d.outbox.Free()
	return r, errors.Join(errs[:]...)
}
