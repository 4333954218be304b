package dispatch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// fake is a platform that answers by script, then with success, and remembers what arrived.
type fake struct {
	mu     sync.Mutex
	script []error       // nil: success
	slow   time.Duration // before each answer
	onPost func(platform.Post)
	posts  []platform.Post

	exists       []bool             // by post: whether it is on the platform
	receipts     []delivery.Receipt // by post
	lands        map[int]bool       // by number of request, from 1: whether a failing one lands all the same
	blind        error              // of every look
	uploads      []platform.Media
	uploadScript []error       // nil: success
	slowUpload   time.Duration // before each answer

	lag    time.Duration // before a post shows among the account's own
	looks  int
	logins []error // of its next checks of the login; then: none

	lookedFor [][]platform.Query // in one look for several
}

func (f *fake) Post(ctx context.Context, p platform.Post) (delivery.Receipt, error) {
	f.mu.Lock()
	f.posts = append(f.posts, p)
	n := len(f.posts)
	var answer error
	if len(f.script) > 0 {
		answer, f.script = f.script[0], f.script[1:]
	}
	r := delivery.Receipt{PostID: fmt.Sprintf("post-%d", n), URL: fmt.Sprintf("https://social.example/%d", n), PostedAt: time.Now()}
	f.exists, f.receipts = append(f.exists, answer == nil || f.lands[n]), append(f.receipts, r)
	f.mu.Unlock()
	if f.onPost != nil {
		f.onPost(p)
	}
	if f.slow > 0 {
		select {
		case <-time.After(f.slow):
		case <-ctx.Done():
			return delivery.Receipt{}, &platform.Error{Class: delivery.Ambiguous, Err: ctx.Err()}
		}
	}
	if answer != nil {
		return delivery.Receipt{}, answer
	}
	return r, nil
}

// Find finds what was posted and is not hidden.
func (f *fake) Find(_ context.Context, q platform.Query) (platform.Found, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks++
	if f.blind != nil {
		return platform.Found{}, f.blind
	}
	for i, p := range f.posts {
		if f.exists[i] && !time.Now().Before(f.receipts[i].PostedAt.Add(f.lag)) && (q.Link != "" && strings.Contains(p.Text, q.Link) || q.Link == "" && p.Text == q.Text) {
			return platform.Found{Receipt: &f.receipts[i], Whole: true}, nil
		}
	}
	return platform.Found{Whole: true}, nil
}

// FindEach is one look for all.
func (f *fake) FindEach(ctx context.Context, qs []platform.Query) ([]platform.Found, error) {
	f.mu.Lock()
	before := f.looks
	f.mu.Unlock()
	found, err := eachOf(ctx, f, qs)
	f.mu.Lock()
	f.looks, f.lookedFor = before+1, append(f.lookedFor, qs)
	f.mu.Unlock()
	return found, err
}

func eachOf(ctx context.Context, p platform.Platform, qs []platform.Query) ([]platform.Found, error) {
	var all []platform.Found
	for _, q := range qs {
		found, err := p.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, found)
	}
	return all, nil
}

// Upload answers by its own script, then with an ID that counts.
func (f *fake) Upload(ctx context.Context, m platform.Media) (string, error) {
	f.mu.Lock()
	f.uploads = append(f.uploads, m)
	n, slow := len(f.uploads), f.slowUpload
	var answer error
	if len(f.uploadScript) > 0 {
		answer, f.uploadScript = f.uploadScript[0], f.uploadScript[1:]
	}
	f.mu.Unlock()
	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return "", &platform.Error{Class: delivery.Refused, Err: ctx.Err()}
	}
	return fmt.Sprintf("media-%d", n), answer
}

func (f *fake) Verify(context.Context) (platform.Identity, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.logins) > 0 {
		err := f.logins[0]
		f.logins = f.logins[1:]
		if err != nil {
			return platform.Identity{}, err
		}
	}
	return platform.Identity{ID: "1", Username: "newsbot", Bot: true}, nil
}

func (f *fake) Limits(context.Context) (delivery.Limits, error) {
	return delivery.Limits{MaxCharacters: 500, URLLength: 23}, nil
}

func (f *fake) lookCount() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks
}

// sees ends the blindness of its looks.
func (f *fake) sees() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blind = nil
}

// answers are those of its next posts.
func (f *fake) answers(e ...error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.script = e
}

// rename gives the newest post another ID.
func (f *fake) rename(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.receipts[len(f.receipts)-1].PostID = id
}

// drop takes the newest post off the platform.
func (f *fake) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.exists[len(f.exists)-1] = false
}

func (f *fake) requests() []platform.Post {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]platform.Post(nil), f.posts...)
}

func fails(c delivery.Class, after time.Duration) error {
	return &platform.Error{Class: c, RetryAfter: after, Status: 418, Err: errors.New("the kettle is on")}
}

// crash stops nothing in order: the delivery is left as a killed process leaves it.
func (w *world) crash(id string, landed bool) {
	w.t.Helper()
	a, _, err := w.ob.Article(id)
	if err != nil {
		w.t.Fatal(err)
	}
	text := "le texte https://news.example.org/" + a.Slug
	d, err := w.ob.Claim(id, time.Now(), outbox.Terms{Compose: func(outbox.Article) (string, error) { return text, nil }})
	if err != nil {
		w.t.Fatal(err)
	}
	f := w.fakes[d.Account]
	f.posts, f.exists = append(f.posts, platform.Post{Text: text, Key: d.Key}), append(f.exists, landed)
	f.receipts = append(f.receipts, delivery.Receipt{PostID: "post-of-the-crash", URL: "https://social.example/c", PostedAt: time.Now()})
}

// restart is a new engine on the same outbox.
func (w *world) restart(change func(*Account)) {
	w.t.Helper()
	opt := w.engine.opt
	opt.Accounts = append([]Account(nil), opt.Accounts...)
	for i := range opt.Accounts {
		if change != nil {
			change(&opt.Accounts[i])
		}
	}
	e, err := New(opt)
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine = e
}

// world is an outbox, an engine and its platforms by account name.
type world struct {
	t      *testing.T
	ob     *outbox.Outbox
	engine *Engine
	fakes  map[string]*fake
}

func newWorld(t *testing.T, accounts ...string) *world {
	t.Helper()
	w := &world{t: t, fakes: map[string]*fake{}}
	ob, err := outbox.Open(filepath.Join(t.TempDir(), "outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.ob = ob
	t.Cleanup(func() {
		if err := ob.Verify(); err != nil {
			t.Errorf("outbox: %v", err)
		}
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	})
	var as []Account
	for _, name := range accounts {
		w.fakes[name] = &fake{}
		as = append(as, Account{
			Name: name, Platform: "mastodon", Link: true, Client: w.fakes[name],
			Default: delivery.Limits{MaxCharacters: 500, URLLength: 23},
			Measure: func(text, _ string, _ delivery.Limits) int { return len([]rune(text)) },
			Cost:    func(string) float64 { return 0 },
		})
	}
	w.engine, err = New(Options{
		Outbox: ob, Accounts: as, PageURL: func(slug string) string { return "https://news.example.org/" + slug },
		Retry: Retry{Min: 30 * time.Second, Max: time.Hour, MaxAttempts: 3},
		Rand:  func(n int64) int64 { return n - 1 },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// enqueue stores an article for all accounts and returns the delivery IDs in their order.
func (w *world) enqueue(title string, due time.Time) []string {
	w.t.Helper()
	n := outbox.NewArticle{Article: anArticle(title)}
	for _, a := range w.engine.Accounts() {
		n.Deliveries = append(n.Deliveries, outbox.NewDelivery{Account: a.Name, Platform: a.Platform, Due: due})
	}
	got, err := w.ob.Enqueue(time.Now(), []outbox.NewArticle{n})
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, d := range got[0].Deliveries {
		ids = append(ids, d.ID)
	}
	w.engine.Wake()
	return ids
}

func anArticle(title string) article.Article {
	return article.Article{
		Title: title, Slug: article.Slug(title, ""), Teaser: title + " 🎯 et la suite dans l’article.", Tags: []string{"Essai"},
		Source: "https://source.example.org/" + article.Slug(title, ""), Language: "fr", Format: "text", Body: "Le corps de " + title + ".",
	}
}

// run starts the engine and returns a function that stops it and waits.
func (w *world) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	if err := w.engine.Recover(time.Now()); err != nil {
		w.t.Fatal(err)
	}
	wait := w.engine.Start(ctx)
	return func() {
		cancel()
		wait()
	}
}

func (w *world) delivery(id string) delivery.Delivery {
	w.t.Helper()
	d, err := w.ob.Delivery(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func ptr[T any](v T) *T { return &v }
