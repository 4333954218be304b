package daemon

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/sandbox"
)

// column is one platform of the table, as the sandbox plays it.
type column struct {
	name     string
	platform string
	flavour  sandbox.Flavour
}

func columns() []column {
	return []column{
		{"X (v2)", config.PlatformX, ""},
		{"Mastodon 4.5", config.PlatformMastodon, sandbox.Mastodon45},
		{"Mastodon 4.6", config.PlatformMastodon, sandbox.Mastodon46},
		{"GoToSocial", config.PlatformMastodon, sandbox.GoToSocial},
	}
}

// scene is a daemon with one account against one platform of its own.
type scene struct {
	t       *testing.T
	daemon  *Daemon
	server  *sandbox.Server
	log     *logBook
	article string
}

// newScene starts a daemon whose platform meets the faults, with times in milliseconds
// in place of the minutes that an operator has.
func newScene(t *testing.T, c column, faults []sandbox.Fault) *scene {
	t.Helper()
	cfg, box := newConfig(t)
	if c.platform == config.PlatformX {
		cfg.Accounts = cfg.Accounts[:1]
	} else {
		cfg.Accounts = cfg.Accounts[1:]
		box = flavoured(t, cfg, c.flavour)
		cfg.Accounts[0].Server = box.Mastodon.URL
	}
	if pictured(faults) {
		cfg.Accounts[0].Media = config.MediaShare
	}
	short := config.Duration(15 * time.Millisecond)
	cfg.Delivery.Settle, cfg.Delivery.RetryMin, cfg.Delivery.RetryMax = short, short, short
	cfg.Delivery.MaxAttempts = 3
	cfg.Control.Socket = shortSocket(t)
	s := &scene{t: t, server: box.X.Server, log: new(logBook)}
	if c.platform == config.PlatformMastodon {
		s.server = box.Mastodon.Server
	}
	if err := s.server.Script(faults...); err != nil {
		t.Fatal(err)
	}
	opt := quiet()
	opt.Log = slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := New(cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	s.daemon = d
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	s.enqueue()
	return s
}

// flavoured is a second sandbox, for the instances that newConfig does not play.
func flavoured(t *testing.T, cfg config.Config, f sandbox.Flavour) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{Flavour: f})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	login := fmt.Sprintf("access_token = %q\n", box.Mastodon.Token())
	if err := os.WriteFile(cfg.Accounts[0].Credentials, []byte(login), 0o600); err != nil {
		t.Fatal(err)
	}
	return box
}

// shortSocket is a path that fits: a socket's is bounded to about 100 bytes.
func shortSocket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "crieur")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "s")
}

func (s *scene) enqueue() {
	s.t.Helper()
	r, err := article.Read("article.txt", article.Sample(), article.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := s.daemon.Service().Enqueue(s.t.Context(), []control.Request{{Article: r}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.article = e[0].ID
}

// now is how the delivery and its account stand.
func (s *scene) now() (delivery.Delivery, dispatch.AccountStatus) {
	s.t.Helper()
	_, ds, err := s.daemon.outbox.Article(s.article)
	if err != nil || len(ds) != 1 {
		s.t.Fatalf("%d deliveries, %v", len(ds), err)
	}
	st, err := s.daemon.Service().Status(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return ds[0], st.Accounts[0]
}

// atRest tells whether nothing more happens by itself within minutes.
func (s *scene) atRest() bool {
	d, a := s.now()
	switch {
	case d.State == delivery.Delivered && d.Attempts[len(d.Attempts)-1].Class == delivery.OK:
		return s.log.has("post read back") || s.log.has("post vanished") || s.log.has("post not read back")
	case d.State.Final(), d.State == delivery.Held, a.State == dispatch.StateStopped:
		return true
	}
	return d.State == delivery.Scheduled && a.Next != nil && time.Until(a.Next.At) > time.Minute
}

// play waits for the ending and says it in the table's words. doubled is the one cell
// that is known to end in two posts: it must say so, and must be mended here too
// when it no longer does.
func (s *scene) play(doubled bool) string {
	s.t.Helper()
	until(s.t, "an ending", s.atRest)
	before := creates(s.server)
	time.Sleep(60 * time.Millisecond) // four settling times: whoever sent again would have
	if n := creates(s.server); n != before {
		s.t.Errorf("after its ending another request was sent: %d, then %d", before, n)
	}
	d, a := s.now()
	if doubled {
		if n := len(s.server.Posts()); n != 2 {
			s.t.Errorf("%d posts on the platform where two are the known limit", n)
		}
		return "LIMIT: posted twice, the server ignores the key"
	}
	if n := len(s.server.Posts()); n > 1 {
		s.t.Errorf("%d posts on the platform: %+v", n, s.server.Posts())
	}
	if d.State == delivery.Delivered {
		s.checkReceipt(d)
	}
	return s.ending(d, a)
}

// checkReceipt holds the receipt against the platform; a dropped post has none there.
func (s *scene) checkReceipt(d delivery.Delivery) {
	s.t.Helper()
	if s.log.has("post vanished") {
		return
	}
	if posts := s.server.Posts(); len(posts) != 1 || posts[0].ID != d.Receipt.PostID {
		s.t.Errorf("receipt %+v, on the platform %+v", d.Receipt, posts)
	} else if m := posts[0].Media; d.Media != nil && (len(m) != 1 || m[0].Alt != d.Media.Alt || m[0].SHA256 != d.Media.SHA256) {
		s.t.Errorf("posted with %+v, want %+v", m, d.Media)
	}
}

func (s *scene) ending(d delivery.Delivery, a dispatch.AccountStatus) string {
	n := creates(s.server)
	switch {
	case s.log.has("post vanished"):
		return "delivered with an ID, found missing: reported, not sent again"
	case d.State == delivery.Delivered && n == 1 && len(d.Attempts) == 1 && d.Attempts[0].Class == delivery.OK:
		return "delivered once"
	case d.State == delivery.Delivered && n == 1 && d.Attempts[0].Class == delivery.Ambiguous:
		return "delivered once, found by a look"
	case d.State == delivery.Delivered && d.Attempts[0].Class == delivery.Refused:
		return "retried, delivered once"
	case d.State == delivery.Delivered && n == 2 && d.Attempts[1].Class == delivery.Ambiguous:
		return "not seen by two looks, sent again, refused as a repeat, delivered once: found by a look"
	case d.State == delivery.Delivered && n == 2:
		return "not there after two looks, sent again, delivered once"
	case d.State == delivery.Held:
		return "held for a person: " + s.anonymous(cause(d.Reason))
	case d.State == delivery.Dead:
		return "dead: " + s.anonymous(d.Reason)
	case a.State == dispatch.StateStopped && strings.Contains(a.Reason, "put it right"):
		return "account stopped, queue kept: " + s.anonymous(strings.TrimSuffix(a.Reason, ": put it right, then \"crieur resume "+a.Name+"\""))
	case a.State == dispatch.StateWaiting:
		return fmt.Sprintf("account waits %s, queue kept", time.Until(a.Next.At).Round(time.Minute))
	}
	s.t.Errorf("no words for %s after %d requests, account %s (%s): %+v", d.State, n, a.State, a.Reason, d)
	return "?"
}

var (
	address    = regexp.MustCompile(`(GET|POST) http://\S+: `)
	inside     = regexp.MustCompile(`(?s)^it may or may not be on \w+ \((.*)\): look at the account`)
	years      = regexp.MustCompile(`\d{4}-\d\d-\d\d(T[0-9:]+Z)?`)
	deliveries = regexp.MustCompile(`[0-9a-z]{12}\.(x|mastodon)\b`)
	ports      = regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`)
)

func cause(reason string) string {
	if m := inside.FindStringSubmatch(reason); m != nil {
		return m[1]
	}
	return reason
}

// anonymous takes off what differs from run to run, and what a table cannot hold.
func (s *scene) anonymous(text string) string {
	text = address.ReplaceAllString(text, "")
	text = deliveries.ReplaceAllString(text, "ID")
	text = ports.ReplaceAllString(text, "HOST")
	text = years.ReplaceAllString(text, "DATE")
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`).Replace(text)
}

// logBook keeps what was logged.
type logBook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBook) has(word string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Contains(l.b.Bytes(), []byte(word))
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
