package dispatch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// modelWorld is one life after another of the engine on the same two platforms.
type modelWorld struct {
	dir    string
	models map[string]*model
	titles int
	lives  int
	verify bool

	ob     *outbox.Outbox
	engine *Engine
	stop   func() // nil while no engine runs
	dead   chan struct{}
}

func (w *modelWorld) file() string { return filepath.Join(w.dir, fmt.Sprintf("life-%d.db", w.lives)) }

// begin opens what the last life left and starts an engine on it.
func (w *modelWorld) begin() (err error) {
	if w.ob, err = outbox.Open(w.file(), outbox.Options{}); err != nil {
		return err
	}
	w.dead = make(chan struct{})
	var as []Account
	for _, name := range []string{"a", "b"} {
		as = append(as, Account{
			Name: name, Platform: "mastodon", Link: true, Client: client{w.models[name], w.dead},
			Default: delivery.Limits{MaxCharacters: 500, URLLength: 23},
			Measure: func(text, _ string, _ delivery.Limits) int { return len([]rune(text)) },
			Cost:    func(string) float64 { return 0 },
		})
	}
	w.engine, err = New(Options{
		Outbox: w.ob, Accounts: as, PageURL: func(slug string) string { return "https://news.example.org/" + slug },
		Retry: Retry{Min: 30 * time.Second, Max: time.Hour}, VerifyPosts: w.verify, Rand: func(n int64) int64 { return n - 1 },
	})
	if err != nil {
		return err
	}
	if err := w.engine.Recover(time.Now()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	wait := w.engine.Start(ctx)
	w.stop = func() {
		cancel()
		wait()
	}
	return nil
}

// restart ends the engine in order and begins anew.
func (w *modelWorld) restart() error {
	w.stop()
	if err := errors.Join(w.ob.Verify(), w.ob.Close()); err != nil {
		return err
	}
	return w.begin()
}

// crash goes on from what was on disk at this moment; what the old engine does
// afterwards reaches neither the platforms nor the new outbox.
func (w *modelWorld) crash() (err error) {
	for _, m := range w.models {
		m.mu.Lock() // no request arrives between the copy and the death
	}
	w.lives++
	f, err := os.Create(w.file())
	if err == nil {
		err = errors.Join(w.ob.Backup(f, nil), f.Close())
	}
	close(w.dead)
	for _, m := range w.models {
		m.mu.Unlock()
	}
	w.stop()
	if err := errors.Join(err, w.ob.Close()); err != nil {
		return err
	}
	return w.begin()
}

func (w *modelWorld) enqueue(at time.Time, picture *outbox.NewMedia) error {
	w.titles++
	n := outbox.NewArticle{Article: anArticle(fmt.Sprintf("Un essai %d", w.titles))}
	for _, a := range w.engine.Accounts() {
		n.Deliveries = append(n.Deliveries, outbox.NewDelivery{Account: a.Name, Platform: a.Platform, Due: at, Media: picture})
	}
	_, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{n})
	w.engine.Wake()
	return err
}

// do takes one step of a plan.
func (w *modelWorld) do(s step) error {
	switch s.Kind {
	case "enqueue":
		return w.enqueue(time.Time{}, nil)
	case "enqueue with a picture":
		return w.enqueue(time.Time{}, aPicture())
	case "enqueue for later":
		return w.enqueue(time.Now().Add(s.For), nil)
	case "run":
		time.Sleep(s.For)
		return nil
	case "restart":
		return w.restart()
	case "crash":
		return w.crash()
	case "pause":
		return w.engine.Pause(s.Account)
	case "resume":
		return w.engine.Resume(s.Account)
	}
	// A crash in the midst of the account's next request of a kind, if one comes.
	sprung := w.models[s.Account].set(s.Kind)
	select {
	case <-sprung:
		return w.crash()
	case <-time.After(s.For):
	}
	w.models[s.Account].set("")
	select {
	case <-sprung: // at the last moment
		return w.crash()
	default:
		return nil
	}
}

// finish lets all faults end, and says what is not as it must be.
func (w *modelWorld) finish() error {
	for _, m := range w.models {
		m.calm()
	}
	time.Sleep(time.Minute) // a refusal may be on its way still: an operator resumes after it
	if err := w.engine.Resume(""); err != nil {
		return err
	}
	time.Sleep(48 * time.Hour)
	w.stop()
	all := []error{w.ob.Verify()}
	receipts, pictures := map[string]int{}, map[string]bool{}
	err := w.ob.List(outbox.Filter{}, func(d delivery.Delivery, _ outbox.Article) bool {
		if d.State != delivery.Delivered || d.Receipt == nil {
			all = append(all, fmt.Errorf("delivery %s is %s (%s), attempts %+v, looks %+v", d.ID, d.State, d.Reason, d.Attempts, d.Looks))
			return true
		}
		receipts[d.Account+" "+d.Receipt.PostID+" "+d.Text]++
		pictures[d.Account+" "+d.Receipt.PostID] = d.Media != nil
		return true
	})
	all = append(all, err)
	for account, m := range w.models {
		times := map[string]int{}
		for _, s := range m.stands {
			times[s.text]++
			if receipts[account+" "+s.receipt.PostID+" "+s.text] != 1 {
				all = append(all, fmt.Errorf("no receipt, or another one, on %s for %s %q", account, s.receipt.PostID, s.text))
			}
		}
		for _, s := range m.stands {
			if pictures[account+" "+s.receipt.PostID] != (s.mediaID != "") {
				all = append(all, fmt.Errorf("%s on %s: picture %q, which the delivery does not say", s.receipt.PostID, account, s.mediaID))
			}
		}
		if len(m.stands) != w.titles || len(times) != w.titles {
			all = append(all, fmt.Errorf("%s has %d posts of %d texts, want %d", account, len(m.stands), len(times), w.titles))
		}
	}
	return errors.Join(append(all, w.ob.Close())...)
}
