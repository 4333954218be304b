package control

import (
	"context"
	"fmt"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/platform"
)

// checkWithin bounds the question to each platform.
const checkWithin = 20 * time.Second

// Check implements API.
func (s *Service) Check(context.Context) (Finding, error) {
	if s.Outbox == nil {
		return Finding{Subject: "outbox", OK: true, Skipped: true, Detail: "not there yet: \"run\" or the first \"enqueue\" makes it"}, nil
	}
	f := Finding{Subject: "outbox " + s.Outbox.Path()}
	switch damage := s.verify(); damage {
	case nil:
		f.OK, f.Detail = true, "all invariants hold"
	default:
		f.Detail = damage.Error()
	}
	return f, nil
}

// verify must not read the store page by page while the daemon writes to it.
func (s *Service) verify() error {
	if s.Engine.Running() {
		return s.Outbox.VerifyCopy()
	}
	return s.Outbox.Verify()
}

// CheckAccounts asks each platform as whom the account posts, all at once.
func CheckAccounts(ctx context.Context, accounts []dispatch.Account) []Finding {
	out := make([]Finding, len(accounts))
	var wg sync.WaitGroup
	for i, a := range accounts {
		wg.Go(func() { out[i] = checkAccount(ctx, a) })
	}
	wg.Wait()
	return out
}

func checkAccount(ctx context.Context, a dispatch.Account) Finding {
	f := Finding{Subject: "account " + a.Name}
	if a.Client == nil {
		f.Detail = "no credentials: set credentials in the configuration"
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	id, err := a.Client.Verify(ctx)
	if err != nil {
		return failed(f, a, err)
	}
	limits, err := a.Client.Limits(ctx)
	if err != nil {
		return failed(f, a, err)
	}
	f.OK = true
	f.Detail = fmt.Sprintf("posts as @%s, %d characters a post", id.Username, limits.MaxCharacters)
	if a.Price != nil {
		f.Detail += fmt.Sprintf("; the platform bills $%.3f for this look", a.Price(platform.OpReadUser, 1).USD())
	}
	if a.Platform == "mastodon" && !id.Bot {
		f.Notes = append(f.Notes, "it does not carry the bot flag: set it in the account's profile")
	}
	if c, ok := a.Client.(ruled); ok {
		rules, err := c.Rules(ctx)
		if err != nil {
			return failed(f, a, err)
		}
		for _, r := range rules {
			f.Notes = append(f.Notes, "rule of the server: "+r)
		}
	}
	return f
}

// ruled is a client whose server has rules of its own.
type ruled interface {
	Rules(context.Context) ([]string, error)
}

// failed is what a platform refused, with what helps.
func failed(f Finding, a dispatch.Account, err error) Finding {
	f.OK, f.Detail = false, err.Error()
	switch platform.AsError(err).Class {
	case delivery.Auth:
		f.Way = fmt.Sprintf("get a new login: crieur auth %s %s", a.Platform, a.Name)
		if a.Keep != nil {
			f.Way += " --oauth2"
		}
	case delivery.Quota:
		f.Way = "buy credits, or raise the cap, in X's developer console"
	case delivery.Throttled:
		f.Way = "wait, then check again: nothing is wrong with the login"
	case delivery.Refused, delivery.Ambiguous:
		f.Way = "look whether this machine reaches the platform, and at its address in the configuration; then check again"
	case delivery.OK, delivery.Permanent:
	}
	return f
}
