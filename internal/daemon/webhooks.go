package daemon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/webhook"
)

// How long receipts that every webhook has taken stay in the log, and how often it is
// pruned.
const (
	receiptsKept = 90 * 24 * time.Hour
	pruneEvery   = 24 * time.Hour
)

// webhooks push the receipts of one generation.
type webhooks struct {
	outbox  *outbox.Outbox
	log     *slog.Logger
	readers []string // by webhook
	pushers []*webhook.Pusher
}

// reader is a webhook's name in the outbox. It does not tell the address, which may carry
// a token; another address is another webhook.
func reader(w config.Webhook) string {
	sum := sha256.Sum256([]byte(w.URL))
	return hex.EncodeToString(sum[:16])
}

// webhooks opens those of a configuration. It touches neither network nor outbox.
func (d *Daemon) webhooks(cfg config.Config, pageURL func(slug string) string, alerts *alert.Notifier) (*webhooks, error) {
	h := &webhooks{outbox: d.outbox, log: d.opt.Log}
	secrets, err := webhookSecrets(cfg, d.opt.CredentialsDir)
	if err != nil {
		return nil, err
	}
	for i, w := range cfg.Webhooks {
		name := reader(w)
		p, err := webhook.New(webhook.Options{
			URL: w.URL, Secret: secrets[i], UserAgent: "crieur/" + d.opt.Version,
			Source: receipts(d.outbox, name, pageURL), Log: d.opt.Log,
			Alert: func(over bool, text string) {
				alerts.Send(alert.Message{Kind: "webhook", Account: webhook.Host(w.URL), Text: text, At: time.Now(), Over: over})
			},
		})
		if err != nil {
			return nil, &ConfigError{err}
		}
		h.readers, h.pushers = append(h.readers, name), append(h.pushers, p)
	}
	return h, nil
}

func webhookSecrets(cfg config.Config, credentialsDir string) (out [][]byte, err error) {
	var failed []error
	for _, w := range cfg.Webhooks {
		secret, err := config.LoadWebhookSecret(w, credentialsDir)
		failed, out = append(failed, err), append(out, secret)
	}
	if err := errors.Join(failed...); err != nil {
		return nil, &ConfigError{err}
	}
	return out, nil
}

// CheckWebhooks tells whether the secrets of the webhooks can be read, without a request.
func CheckWebhooks(cfg config.Config, credentialsDir string) error {
	_, err := webhookSecrets(cfg, credentialsDir)
	return err
}

// start begins to push, and to prune the log. A webhook that is new starts with what is
// posted from now on. The function it returns ends it all, within 3 s.
func (h *webhooks) start() (end func()) {
	for _, r := range h.readers {
		if _, err := h.outbox.BeginCursor(r); err != nil {
			h.log.Error("webhook not begun, trying again", journal.Key, journal.WebhookUnsaved, "error", err) // by its pusher
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, p := range h.pushers {
		wg.Go(func() { p.Run(ctx) })
	}
	wg.Go(func() { h.prune(ctx) })
	return func() {
		cancel()
		wg.Wait()
	}
}

func (h *webhooks) prune(ctx context.Context) {
	t := time.NewTicker(pruneEvery)
	defer t.Stop()
	for {
		for more := true; more && ctx.Err() == nil; {
			n, err := h.outbox.PruneReceipts(time.Now().Add(-receiptsKept), h.readers)
			if err != nil {
				h.log.Error("log of receipts not pruned", journal.Key, journal.WebhookUnsaved, "error", err)
			}
			more = n > 0
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// receipts is the log of the outbox as one webhook reads it.
func receipts(ob *outbox.Outbox, name string, pageURL func(slug string) string) webhook.Source {
	return webhook.Source{
		News: ob.NextReceipt,
		Next: func() (webhook.Entry, bool, error) {
			seq, err := ob.BeginCursor(name)
			if err != nil {
				return webhook.Entry{}, false, err
			}
			next, err := ob.Receipts(seq, 1)
			if err != nil || len(next) == 0 {
				return webhook.Entry{}, false, err
			}
			return webhook.Entry{Seq: next[0].Seq, Receipt: pushed(next[0], pageURL)}, true, nil
		},
		Done: func(seq uint64) error { return ob.SetCursor(name, seq) },
	}
}

func pushed(l outbox.Logged, pageURL func(slug string) string) webhook.Receipt {
	a, d := l.Article, l.Delivery
	return webhook.Receipt{
		ID:      d.ID,
		Article: webhook.Article{ID: a.ID, Slug: a.Slug, URL: pageURL(a.Slug), Title: a.Title, Source: a.Source},
		Account: d.Account, Platform: d.Platform,
		PostID: d.Receipt.PostID, URL: d.Receipt.URL, PostedAt: d.Receipt.PostedAt,
		SHA256: digest(d.Text),
	}
}

// status tells how each webhook stands, in the order of the configuration.
func (h *webhooks) status() (out []webhook.Status, err error) {
	for i, p := range h.pushers {
		s := p.Status()
		if s.Waiting, err = waiting(h.outbox, h.readers[i]); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// restingWebhooks is status without a daemon: what waits for its next start.
func restingWebhooks(cfg config.Config, ob *outbox.Outbox) func() ([]webhook.Status, error) {
	return func() (out []webhook.Status, err error) {
		for _, w := range cfg.Webhooks {
			s := webhook.Status{Host: webhook.Host(w.URL)}
			if ob != nil {
				if s.Waiting, err = waiting(ob, reader(w)); err != nil {
					return nil, err
				}
			}
			out = append(out, s)
		}
		return out, nil
	}
}

// waiting reads the cursor first: the end of the log is never before it.
func waiting(ob *outbox.Outbox, name string) (uint64, error) {
	seq, ok, err := ob.Cursor(name)
	if err != nil || !ok {
		return 0, err
	}
	last, err := ob.LastReceipt()
	if err != nil {
		return 0, err
	}
	return last - seq, nil
}
