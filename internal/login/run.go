package login

import (
	"context"
	"fmt"
	"time"
)

const (
	// retryLeast and retryMost are the pauses after a refresh that did not come about.
	retryLeast = 30 * time.Second
	retryMost  = 5 * time.Minute
	// lookAgain bounds each wait, because the machine may sleep meanwhile.
	lookAgain = 10 * time.Minute
)

// Run refreshes the login before it ends, until ctx does; a refresh under way is not cut.
// Once the login works it removes what is left of logins that the credentials file no longer holds, so
// only the daemon may call it. news is told what an operator should know although the
// account goes on, and when that is over, gone that X refuses the login; neither may block.
func (k *Keeper) Run(ctx context.Context, news func(text string, over bool), gone func(error)) {
	k.tell(news)
	defer k.giveUp()
	failed, told, tidy := time.Duration(0), false, false
	for ctx.Err() == nil {
		wait, err := k.turn(ctx)
		switch {
		case err == nil:
			failed, told = 0, false
			if !tidy { // an earlier login is given up only for one that works
				tidy = true
				if err := forget(k.opt.Dir, k.opt.Account, lineage(k.opt.Pair.RefreshToken)); err != nil {
					news(fmt.Sprintf("files of an earlier login are not removed: %v", err), false)
				}
			}
		case Refused(err):
			if !told {
				gone(err)
			}
			told, wait = true, lookAgain
		default:
			failed = min(max(2*failed, retryLeast), retryMost)
			wait = failed
			k.warn(err)
		}
		t := time.NewTimer(min(wait, lookAgain))
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

func (k *Keeper) tell(news func(string, bool)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.news = news
}

// turn refreshes what ends soon, and tells when to look again.
func (k *Keeper) turn(ctx context.Context) (time.Duration, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return 0, err
	}
	now := time.Now()
	// Where an answer was lost a second try tells whether the login is.
	if k.pending != nil || !k.asked.IsZero() || k.due(now, k.early()) {
		if err := k.refresh(ctx, now, k.early()); err != nil {
			return 0, err
		}
	}
	return max(time.Until(k.pair.ExpiresAt)-k.early(), retryLeast), nil
}

// early fits tokens that live shorter than those of X.
func (k *Keeper) early() time.Duration {
	if k.gotAt.IsZero() {
		return early
	}
	return min(early, k.pair.ExpiresAt.Sub(k.gotAt)/4)
}

// warn tells that the account will soon have no login, once there is little time left.
func (k *Keeper) warn(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if left := time.Until(k.pair.ExpiresAt); left < early-retryMost {
		k.worry(fmt.Sprintf("the login ends %s and is not refreshed: %v", k.pair.ExpiresAt.UTC().Format(time.RFC3339), err))
	}
}

// Watch tells of a token that ends and that nothing can refresh: a day before, and when
// it has. It returns when there is nothing more to tell, or ctx ends.
func Watch(ctx context.Context, ends time.Time, news func(text string, over bool), wayOut string) {
	const ahead = 24 * time.Hour
	for _, step := range []struct {
		at   time.Time
		text string
	}{
		{ends.Add(-ahead), "the access token ends " + ends.UTC().Format(time.RFC3339) + ", and nothing is there to refresh it with: get a login that lasts with \"" + wayOut + "\""},
		{ends, "the access token ended " + ends.UTC().Format(time.RFC3339) + ": get a new login with \"" + wayOut + "\""},
	} {
		for wait := time.Until(step.at); wait > 0; wait = time.Until(step.at) {
			t := time.NewTimer(min(wait, lookAgain))
			select {
			case <-ctx.Done():
			case <-t.C:
			}
			t.Stop()
			if ctx.Err() != nil {
				return
			}
		}
		if step.at != ends && !time.Now().Before(ends) {
			continue // it is over already
		}
		news(step.text, false)
	}
}
