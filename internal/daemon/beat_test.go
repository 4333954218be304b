package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
	"crieur/internal/platform"
	"crieur/internal/sdnotify"
)

// manager is systemd's end of the socket, without the network of Go's runtime, which
// knows no fake time.
type manager struct {
	t  *testing.T
	fd int
}

func newManager(t *testing.T) (manager, *sdnotify.Notifier) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	return manager{t, fd}, sdnotify.New(path)
}

// heard is all since the last time; beats is how often WATCHDOG=1 was in it.
func (m manager) heard() (words []string, beats int) {
	m.t.Helper()
	buf := make([]byte, 4096)
	for {
		n, _, err := unix.Recvfrom(m.fd, buf, unix.MSG_DONTWAIT)
		if err == unix.EAGAIN {
			return words, beats
		}
		if err != nil {
			m.t.Fatal(err)
		}
		if word := string(buf[:n]); word == "WATCHDOG=1" {
			beats++
		} else {
			words = append(words, word)
		}
	}
}

// hanging is a platform that does not answer until let.
type hanging struct {
	platform.Platform
	let chan struct{}
}

func (h hanging) Post(context.Context, platform.Post) (delivery.Receipt, error) {
	<-h.let
	return delivery.Receipt{}, &platform.Error{Class: delivery.Permanent, Err: errors.New("no such post")}
}

func (h hanging) Find(context.Context, platform.Query) (platform.Found, error) {
	return platform.Found{}, &platform.Error{Class: delivery.Refused, Err: errors.New("not now")}
}

func (hanging) Limits(context.Context) (delivery.Limits, error) {
	return delivery.Limits{MaxCharacters: 500, URLLength: 23}, nil
}

func (hanging) Verify(context.Context) (platform.Identity, error) { return platform.Identity{}, nil }

// beating is a daemon without servers, whose one account posts to that platform.
func beating(t *testing.T, every time.Duration, opt outbox.Options) (*Daemon, manager, hanging) {
	t.Helper()
	ob, err := outbox.Open(filepath.Join(t.TempDir(), "outbox.db"), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	})
	m, notify := newManager(t)
	h := hanging{let: make(chan struct{})}
	cfg := config.Sample()
	s, err := service(cfg, ob, []dispatch.Account{{
		Name: "fedi", Platform: "mastodon", Client: h, Default: delivery.Limits{MaxCharacters: 500, URLLength: 23},
		Measure: func(text, _ string, _ delivery.Limits) int { return len([]rune(text)) },
		Cost:    func(string) float64 { return 0 },
	}}, "test", dispatch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &Daemon{opt: quiet(), outbox: ob}
	d.opt.Notify, d.opt.Watchdog = notify, every
	d.current.Store(&generation{cfg: cfg, service: s})
	return d, m, h
}

func (d *Daemon) queue(t *testing.T, title string) {
	t.Helper()
	_, err := d.outbox.Enqueue(time.Now(), []outbox.NewArticle{{
		Article:    article.Article{Title: title, Slug: article.Slug(title, ""), Teaser: title, Source: "https://example.org/" + article.Slug(title, ""), Language: "fr", Format: "text", Body: strings.Repeat("Le corps. ", 100)},
		Deliveries: []outbox.NewDelivery{{Account: "fedi", Platform: "mastodon"}},
	}})
	if err != nil {
		t.Error(err)
	}
	d.Service().Engine.Wake()
}

func TestAStuckEngineIsNotToldToTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, m, h := beating(t, 30*time.Second, outbox.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		wait := d.Service().Engine.Start(ctx)
		go d.beat(ctx)
		time.Sleep(5*time.Minute + time.Second)
		if _, beats := m.heard(); beats != 10 {
			t.Errorf("%d beats in five idle minutes, want 10", beats)
		}
		d.queue(t, "Un essai")
		time.Sleep(2 * time.Minute) // it may take so long
		if _, beats := m.heard(); beats != 4 {
			t.Errorf("%d beats in the first two minutes of a post, want 4", beats)
		}
		time.Sleep(10 * time.Minute)
		if _, beats := m.heard(); beats != 0 {
			t.Errorf("%d beats of a stuck engine: systemd would never end it", beats)
		}
		close(h.let)
		time.Sleep(time.Minute)
		if _, beats := m.heard(); beats != 2 {
			t.Errorf("%d beats in the minute after, want 2", beats)
		}
		cancel()
		wait()
	})
}

func TestTheStatusLineChangesWithoutAWatchdog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, m, h := beating(t, 0, outbox.Options{})
		close(h.let)
		ctx, cancel := context.WithCancel(t.Context())
		go d.beat(ctx)
		go d.tellStatus(ctx)
		synctest.Wait()
		is := func(want string) {
			t.Helper()
			if words, beats := m.heard(); len(words) != 1 || !strings.HasPrefix(words[0], "STATUS=") || !strings.Contains(words[0], want) || beats != 0 {
				t.Errorf("heard %q and %d beats, want one line with %q", words, beats, want)
			}
		}
		is("nothing queued")
		time.Sleep(time.Hour)
		if words, _ := m.heard(); len(words) != 0 {
			t.Errorf("told again: %q", words)
		}
		d.queue(t, "Un essai")
		time.Sleep(statusEvery)
		synctest.Wait()
		is("1 queued")
		cancel()
		synctest.Wait()
	})
}
