package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
)

// readWithin bounds a scrape: Prometheus itself gives up after 10 s.
const readWithin = 5 * time.Second

// reader is the gauges, read at each scrape.
type reader struct {
	opt  Options
	busy chan struct{} // one slot: who reads
	all  map[string]*prometheus.Desc
}

func newReader(opt Options) *reader {
	r := &reader{opt: opt, busy: make(chan struct{}, 1), all: map[string]*prometheus.Desc{}}
	desc := func(name, help string, labels ...string) { r.all[name] = prometheus.NewDesc(name, help, labels, nil) }
	account := []string{"account", "platform"}
	desc("crieur_ready", "1: outbox usable, workers turning; 0: /readyz tells why not.")
	desc("crieur_outbox_readable", "1: the outbox answered this scrape; 0: what is read from it is missing below.")
	desc("crieur_deliveries", "Deliveries in the outbox by state.", "state")
	desc("crieur_receipts_total", "Receipts ever stored in the outbox.")
	desc("crieur_outbox_size_bytes", "Size of the outbox's file.")
	desc("crieur_outbox_free_bytes", "Free space on the outbox's file system, for its user.")
	desc("crieur_last_backup_timestamp_seconds", "When the last backup was begun that is whole; absent: there was none.")
	desc("crieur_export_failing", "1: not all pages are written to pages.export_dir, and posts may lead to none; 0: all is well.")
	desc("crieur_queued_deliveries", "Deliveries that wait for an account.", account...)
	desc("crieur_account_state", "1 for the state that an account is in, 0 for the others.", "account", "platform", "state")
	desc("crieur_last_post_timestamp_seconds", "When an account posted last; absent: never.", account...)
	desc("crieur_next_post_timestamp_seconds", "When an account posts next, as planned; absent: nothing waits, or it may not post.", account...)
	desc("crieur_month_spent_usd", "What an account cost this month; absent: its platform bills nothing.", account...)
	desc("crieur_month_budget_usd", "What an account may cost in a month; absent: no budget.", account...)
	desc("crieur_worker_last_turn_timestamp_seconds", "When an account's worker last looked at its queue; it sleeps while nothing is due.", account...)
	desc("crieur_webhook_waiting_receipts", "Receipts that a webhook has not taken yet; webhooks are numbered as configured, from 1.", "webhook")
	desc("crieur_webhook_failing", "1: a webhook did not take the oldest receipt, or wants no more; 0: all is well.", "webhook")
	return r
}

// Describe implements prometheus.Collector.
func (r *reader) Describe(to chan<- *prometheus.Desc) {
	for _, d := range r.all {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (r *reader) Collect(to chan<- prometheus.Metric) {
	now := time.Now()
	gauge := func(name string, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(r.all[name], prometheus.GaugeValue, v, labels...)
	}
	got, ready, ok := r.read(now)
	gauge("crieur_ready", one(ready))
	gauge("crieur_outbox_readable", one(ok))
	if !ok {
		return
	}
	to <- prometheus.MustNewConstMetric(r.all["crieur_receipts_total"], prometheus.CounterValue, float64(got.Receipts))
	gauge("crieur_outbox_size_bytes", float64(got.Size))
	gauge("crieur_outbox_free_bytes", float64(got.Free))
	if at := got.Status.LastBackupAt; at != nil {
		moment(gauge, "crieur_last_backup_timestamp_seconds", *at)
	}
	gauge("crieur_export_failing", one(got.Status.ExportError != ""))
	for _, s := range delivery.States() {
		gauge("crieur_deliveries", float64(got.Status.Counts[string(s)]), string(s))
	}
	for _, a := range got.Status.Accounts {
		collectAccount(a, gauge)
	}
	for _, t := range got.Turns {
		moment(gauge, "crieur_worker_last_turn_timestamp_seconds", t.Last, t.Account, t.Platform)
	}
	for i, h := range got.Status.Webhooks {
		number := strconv.Itoa(i + 1)
		gauge("crieur_webhook_waiting_receipts", float64(h.Waiting), number)
		gauge("crieur_webhook_failing", one(h.Stopped || h.Error != ""), number)
	}
}

type gauger func(name string, v float64, labels ...string)

func collectAccount(a dispatch.AccountStatus, gauge gauger) {
	gauge("crieur_queued_deliveries", float64(a.Queued), a.Name, a.Platform)
	for _, s := range dispatch.AccountStates() {
		gauge("crieur_account_state", one(a.State == s), a.Name, a.Platform, s)
	}
	if a.Last != nil {
		moment(gauge, "crieur_last_post_timestamp_seconds", a.Last.At, a.Name, a.Platform)
	}
	if a.Next != nil {
		moment(gauge, "crieur_next_post_timestamp_seconds", a.Next.At, a.Name, a.Platform)
	}
	if a.SpentUSD != nil {
		gauge("crieur_month_spent_usd", *a.SpentUSD, a.Name, a.Platform)
	}
	if a.BudgetUSD != nil {
		gauge("crieur_month_budget_usd", *a.BudgetUSD, a.Name, a.Platform)
	}
}

// moment leaves out what never was.
func moment(gauge gauger, name string, t time.Time, labels ...string) {
	if !t.IsZero() {
		gauge(name, float64(t.UnixMilli())/1000, labels...)
	}
}

// read asks for all, for as long as a scrape may take. A disk that hangs holds up one
// goroutine, not one for each scrape.
func (r *reader) read(now time.Time) (got Reading, ready, ok bool) {
	enough := time.After(readWithin) // for both waits together
	select {
	case r.busy <- struct{}{}:
	case <-enough:
		return Reading{}, false, false
	}
	type answer struct {
		got   Reading
		ready bool
		err   error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() { <-r.busy }()
		got, err := r.opt.Read(now)
		done <- answer{got, err == nil && r.opt.Ready(now), err}
	}()
	select {
	case a := <-done:
		return a.got, a.ready, a.err == nil
	case <-enough:
		return Reading{}, false, false
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
