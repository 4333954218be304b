package login

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
	"crieur/internal/platform"
)

const (
	// early is how long before its end a token is replaced by Run, so that a platform in
	// trouble has time to recover.
	early = 15 * time.Minute
	// late is when whoever needs a token replaces it first: a request takes its time, and
	// clocks differ.
	late = time.Minute
	// young: a token that X refuses although it was got a moment ago is not refused for
	// its age.
	young = 5 * time.Minute
	// again is how long a refusal is believed before the same token is presented anew.
	again = time.Hour
	// within bounds the wait for another process that refreshes: one request and its end.
	within = 45 * time.Second
)

// KeeperOptions are one account's login.
type KeeperOptions struct {
	Account string // in the way out that errors name, and in file names
	App     XApp
	Pair    Pair   // of the credentials file
	Dir     string // where the current pair is kept, on a local disk
	Options
}

// Keeper keeps one OAuth 2.0 login of X alive. It is safe for concurrent use, also
// beside keepers of other processes for the same account and folder: one at a time
// refreshes, and the others take what it got.
type Keeper struct {
	opt  KeeperOptions
	path string

	mu      sync.Mutex // held over a refresh: whoever needs a token waits for it
	loaded  bool
	pair    Pair
	gotAt   time.Time // when pair came from X; zero: in an earlier life
	asked   time.Time // an earlier refresh lost its answer
	bad     string    // an access token that X refused
	refused error     // by X, until refusedAt + again
	refAt   time.Time
	pending *pending
	news    func(text string, over bool)
	told    bool // of trouble that is not over
}

// pending is a pair that the disk did not take: the only one that is still good. The
// lock is held along with it, because the refresh token on disk is dead.
type pending struct {
	pair    Pair
	release func() error
}

// NewKeeper touches neither disk nor network.
func NewKeeper(opt KeeperOptions) *Keeper {
	path := statePath(opt.Dir, opt.Account, lineage(opt.Pair.RefreshToken))
	return &Keeper{opt: opt, path: path, news: func(string, bool) {}}
}

// String keeps the login out of logs.
func (k *Keeper) String() string { return "login of " + k.opt.Account }

// GoString keeps the login out of logs.
func (k *Keeper) GoString() string { return k.String() }

// Token returns an access token that is good for the next request, refreshed first where
// it must be. Its error is a *platform.Error: auth when a person has to log in anew,
// else refused, since nothing was sent.
func (k *Keeper) Token(ctx context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.token(ctx, late)
}

// Rejected is told of an access token that X refused with 401, and tells whether another
// one may do: only a token that came from X a moment ago is refused for good.
func (k *Keeper) Rejected(token string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if token != k.pair.AccessToken {
		return true // refreshed meanwhile
	}
	if age := time.Since(k.gotAt); !k.gotAt.IsZero() && age >= 0 && age < young {
		return false
	}
	k.bad = token
	return true
}

// token is Token under the lock, with the time that must be left.
func (k *Keeper) token(ctx context.Context, left time.Duration) (string, error) {
	if err := k.load(); err != nil {
		return "", err
	}
	now := time.Now()
	if k.pending == nil && !k.due(now, left) {
		return k.pair.AccessToken, nil
	}
	err := k.refresh(ctx, now, left)
	if err == nil {
		return k.pair.AccessToken, nil
	}
	// A token that still has its time is good for as long, unless the lost answer was a
	// new pair; then X refuses it, and Rejected knows what to make of that.
	if k.pending == nil && !Refused(err) && !k.due(time.Now(), late) {
		return k.pair.AccessToken, nil
	}
	return "", err
}

// due tells whether the pair must be exchanged: its access token was refused, ends
// within left, or nobody knows when it ends.
func (k *Keeper) due(now time.Time, left time.Duration) bool {
	return k.pair.AccessToken == k.bad || k.pair.ExpiresAt.IsZero() || k.pair.ExpiresAt.Sub(now) <= left
}

func (k *Keeper) load() error {
	if k.loaded {
		return nil
	}
	s, ok, err := readState(k.path)
	if err != nil {
		return k.undone(err)
	}
	k.pair = k.opt.Pair
	if ok {
		k.pair, k.asked = s.pair(), s.AskedAt
	}
	k.loaded = true
	return nil
}

// refresh gets the next pair, or takes the one that another process got if it lives
// longer than left.
func (k *Keeper) refresh(ctx context.Context, now time.Time, left time.Duration) error {
	if k.pending != nil {
		return k.keepPending()
	}
	if k.refused != nil && now.Sub(k.refAt).Abs() < again {
		return k.refused
	}
	wait, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	release, err := lock(wait, k.opt.Dir, k.opt.Account)
	if err != nil {
		return k.undone(err)
	}
	held := false
	defer func() {
		if !held {
			_ = release() // closing a file that nothing was written to
		}
	}()
	s, ok, err := readState(k.path)
	if err != nil {
		return k.undone(err)
	}
	if ok {
		if s.AccessToken != k.pair.AccessToken {
			k.gotAt = time.Time{} // another process knows when
		}
		k.pair, k.asked = s.pair(), s.AskedAt
		if k.asked.IsZero() && !k.due(now, left) {
			return nil
		}
	}
	failpoint.Reach("refresh.before")
	next, err := k.ask(ctx, now)
	if err != nil {
		return err
	}
	k.pending = &pending{next, release}
	held = true
	return k.keepPending()
}

// ask makes the intent durable, then sends the one request.
func (k *Keeper) ask(ctx context.Context, now time.Time) (Pair, error) {
	lost := k.asked
	intent := state{Account: k.opt.Account, AccessToken: k.pair.AccessToken, RefreshToken: k.pair.RefreshToken, ExpiresAt: k.pair.ExpiresAt, AskedAt: now.UTC()}
	if !lost.IsZero() {
		intent.AskedAt = lost
	}
	if err := writeState(k.path, intent); err != nil {
		return Pair{}, k.undone(err) // the answer would have no place either
	}
	failpoint.Reach("refresh.intent")
	next, err := Refresh(ctx, k.opt.App, k.pair.RefreshToken, k.opt.Options)
	failpoint.Reach("refresh.answered")
	if err == nil {
		return next, nil
	}
	perr := platform.AsError(err)
	switch perr.Class {
	case delivery.Auth:
		k.refused, k.refAt = k.gone(perr, lost), now
		return Pair{}, k.refused
	case delivery.Ambiguous:
		k.asked = intent.AskedAt
		k.worry(fmt.Sprintf("the answer to a refresh of the login is lost (%v): when the next try is refused, log in anew with %q", perr.Err, k.wayOut()))
	default: // it was certainly not used: as if never asked
		if lost.IsZero() {
			intent.AskedAt = time.Time{}
			if werr := writeState(k.path, intent); werr != nil {
				perr = &platform.Error{Class: perr.Class, Err: errors.Join(perr.Err, werr)}
			}
		}
	}
	return Pair{}, &platform.Error{Class: delivery.Refused, RetryAfter: perr.RetryAfter, Err: fmt.Errorf("the login is not refreshed: %w", perr.Err)}
}

// keepPending puts the pair on disk and only then into use.
func (k *Keeper) keepPending() error {
	p := k.pending
	err := writeState(k.path, state{Account: k.opt.Account, AccessToken: p.pair.AccessToken, RefreshToken: p.pair.RefreshToken, ExpiresAt: p.pair.ExpiresAt})
	if err != nil {
		k.worry(fmt.Sprintf("the refreshed login cannot be stored, and is lost if crieur ends now: %v", err))
		return k.undone(fmt.Errorf("the refreshed login cannot be stored: %w", err))
	}
	failpoint.Reach("refresh.stored")
	k.pair, k.gotAt, k.asked, k.bad, k.refused, k.pending = p.pair, time.Now(), time.Time{}, "", nil, nil
	_ = p.release() // closing a file that nothing was written to
	if k.told {
		k.told = false
		k.news("the login is refreshed again", true)
	}
	return nil
}

// worry tells an operator what the account goes on in spite of.
func (k *Keeper) worry(text string) {
	k.told = true
	k.news(text, false)
}

// giveUp is for the end of a keeper: the next one must not wait for its lock.
func (k *Keeper) giveUp() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pending == nil || k.keepPending() == nil {
		return
	}
	_ = k.pending.release()
	k.pending = nil
}

// undone: nothing was posted, and it is not the platform that refuses.
func (k *Keeper) undone(err error) error {
	return &platform.Error{Class: delivery.Refused, Err: err}
}

// gone says that a person has to log in anew, and how.
func (k *Keeper) gone(cause *platform.Error, lost time.Time) error {
	why := "X does not take the refresh token any more"
	if !lost.IsZero() {
		why = "the answer to the refresh of " + lost.Format(time.RFC3339) + " was lost, and X does not take the old refresh token any more"
	}
	return &platform.Error{Class: delivery.Auth, Status: cause.Status, Err: fmt.Errorf("the login is gone: %s: get a new one with %q: %w", why, k.wayOut(), cause.Err)}
}

func (k *Keeper) wayOut() string { return "crieur auth x " + k.opt.Account + " --oauth2" }
