package control

import (
	"context"
	"fmt"
	"sync"
	"time"

	"crieur/internal/dispatch"
)

// checkWithin bounds the question to each platform.
const checkWithin = 20 * time.Second

// Check implements API.
func (s *Service) Check(ctx context.Context) ([]Finding, error) {
	accounts := s.Engine.Accounts()
	out := make([]Finding, len(accounts)+1)
	out[0] = s.checkOutbox()
	var wg sync.WaitGroup
	for i, a := range accounts {
		wg.Go(func() { out[i+1] = checkAccount(ctx, a) })
	}
	wg.Wait()
	return out, nil
}

func (s *Service) checkOutbox() Finding {
	f := Finding{Subject: "outbox " + s.Outbox.Path()}
	if err := s.Outbox.Verify(); err != nil {
		f.Detail = err.Error()
		return f
	}
	f.OK, f.Detail = true, "all invariants hold"
	return f
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
		f.Detail = err.Error()
		return f
	}
	limits, err := a.Client.Limits(ctx)
	if err != nil {
		f.Detail = err.Error()
		return f
	}
	f.OK = true
	f.Detail = fmt.Sprintf("posts as @%s, %d characters a post", id.Username, limits.MaxCharacters)
	if a.Platform == "mastodon" && !id.Bot {
		f.Detail += "; it does not carry the bot flag: set it in the account's profile"
	}
	return f
}
