package dispatch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// fate is what becomes of one request.
type fate struct {
	Kind  string        // one of postFates or lookFates
	Takes time.Duration // until the platform has dealt with it
}

var (
	postFates = []string{"accept", "refuse", "accept and lose the answer", "lose the request", "throttle", "auth"}
	lookFates = []string{"answer", "refuse", "throttle"}
)

// model is a platform as the engine may meet it: fates first, then all is well. It
// outlives the engines that talk to it.
type model struct {
	duplicates bool // refuses a text that stands there, as X does
	lag        time.Duration

	mu       sync.Mutex
	fates    []fate
	looks    []fate
	uploads  []fate
	uploaded int
	stands   []standing
	trap     string // where the next request ends its engine: "before", "after", "look" or "upload"
	sprung   chan struct{}
}

// standing is a post from its moment on.
type standing struct {
	text    string
	receipt delivery.Receipt
	mediaID string
}

// client is a model as one engine sees it, until that engine is dead.
type client struct {
	*model
	dead chan struct{}
}

var errLost = &platform.Error{Class: delivery.Ambiguous, Err: errors.New("the connection broke")}

func next(fates *[]fate) fate {
	if len(*fates) == 0 {
		return fate{}
	}
	f := (*fates)[0]
	*fates = (*fates)[1:]
	return f
}

// Post deals with the request at once or in a while, also when nobody waits any more.
func (c client) Post(ctx context.Context, p platform.Post) (delivery.Receipt, error) {
	if c.falls("before") {
		<-c.dead
	}
	f, r, refusal := c.arrive(p)
	if c.falls("after") {
		<-c.dead
		return delivery.Receipt{}, errLost
	}
	if err := c.wait(ctx, f.Takes); err != nil {
		return delivery.Receipt{}, err
	}
	switch f.Kind {
	case "accept and lose the answer", "lose the request":
		return delivery.Receipt{}, errLost
	}
	return r, refusal
}

// arrive decides, and stores what is accepted. The dead are told apart under the lock
// that crash holds: what its copy does not know as begun must not arrive.
func (c client) arrive(p platform.Post) (f fate, r delivery.Receipt, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isDead() {
		return f, r, errLost
	}
	f = next(&c.fates)
	switch f.Kind {
	case "refuse":
		return f, r, fails(delivery.Refused, 0)
	case "throttle":
		return f, r, fails(delivery.Throttled, time.Hour)
	case "auth":
		return f, r, fails(delivery.Auth, 0)
	case "lose the request":
		return f, r, nil
	}
	for _, s := range c.stands {
		if c.duplicates && s.text == p.Text {
			return f, r, duplicate()
		}
	}
	r = delivery.Receipt{PostID: fmt.Sprintf("post-%d", len(c.stands)+1), URL: "https://social.example/p", PostedAt: time.Now().Add(f.Takes).UTC().Round(0)}
	c.stands = append(c.stands, standing{p.Text, r, p.MediaID})
	return f, r, nil
}

// Find finds by the text, which carries the link, what is old enough to show.
func (c client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	if c.falls("look") {
		<-c.dead
		return platform.Found{}, errLost
	}
	c.mu.Lock()
	f := next(&c.looks)
	c.mu.Unlock()
	if err := c.wait(ctx, f.Takes); err != nil {
		return platform.Found{}, err
	}
	switch f.Kind {
	case "refuse":
		return platform.Found{}, fails(delivery.Refused, 0)
	case "throttle":
		return platform.Found{}, fails(delivery.Throttled, 10*time.Minute)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.stands {
		if s.text == q.Text && !time.Now().Before(s.receipt.PostedAt.Add(c.lag)) {
			return platform.Found{Receipt: &s.receipt, Whole: true}, nil
		}
	}
	return platform.Found{Whole: true}, nil
}

// FindEach is one look for all.
func (c client) FindEach(ctx context.Context, qs []platform.Query) ([]platform.Found, error) {
	return eachOf(ctx, c, qs)
}

// Upload is as lossy as Post, but nothing of it is seen.
func (c client) Upload(ctx context.Context, m platform.Media) (string, error) {
	if c.falls("upload") {
		<-c.dead
		return "", errLost
	}
	c.mu.Lock()
	f := next(&c.uploads)
	c.uploaded++
	n := c.uploaded
	c.mu.Unlock()
	if err := c.wait(ctx, f.Takes); err != nil {
		return "", err
	}
	switch f.Kind {
	case "refuse":
		return "", fails(delivery.Refused, 0)
	case "throttle":
		return "", fails(delivery.Throttled, 10*time.Minute)
	}
	return fmt.Sprintf("%s %d", m.Alt, n), nil
}

func (c client) Verify(context.Context) (platform.Identity, error) {
	return platform.Identity{ID: "1", Username: "newsbot"}, nil
}

func (c client) Limits(context.Context) (delivery.Limits, error) {
	return delivery.Limits{MaxCharacters: 500, URLLength: 23}, nil
}

func (c client) isDead() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// wait lasts as the platform wants, unless the caller gives up or is killed.
func (c client) wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return &platform.Error{Class: delivery.Ambiguous, Err: ctx.Err()}
	case <-c.dead:
		return errLost
	}
}

// falls springs the trap, if it is set for this place.
func (m *model) falls(place string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.trap != place {
		return false
	}
	m.trap = ""
	close(m.sprung)
	return true
}

// set lays a trap, or with "" takes it away.
func (m *model) set(place string) (sprung chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.trap, m.sprung = place, make(chan struct{})
	return m.sprung
}

func (m *model) calm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fates, m.looks, m.uploads = nil, nil, nil
}
