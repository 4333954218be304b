package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/dispatch"
)

// reloading runs a daemon and returns a function that makes it reload and waits until
// the new configuration is in force.
func reloading(t *testing.T, cfg config.Config) (d *Daemon, reload func()) {
	t.Helper()
	hangup := make(chan struct{})
	opt := quiet()
	opt.Hangup, opt.Load = hangup, func() (config.Config, error) { return cfg, nil }
	d, err := New(cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return d, func() {
		before := d.current.Load()
		hangup <- struct{}{}
		until(t, "the reload", func() bool { return d.current.Load() != before && d.Service().Engine.Running() })
	}
}

// What is handed over while the configuration is exchanged is posted by the new engine.
func TestAnArticleThatComesDuringAReloadIsPosted(t *testing.T) {
	cfg, box := newConfig(t)
	_, reload := reloading(t, cfg)
	r, err := article.Read("article.txt", article.Sample(), article.Options{})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal([]control.Request{{Article: r}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("unix", cfg.Control.Socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := fmt.Fprintf(c, "POST /v1/enqueue HTTP/1.1\r\nHost: crieur\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // the daemon has the head of the request, and waits for the rest
	reload()
	if _, err := c.Write(body[10:]); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(c); err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	until(t, "the posts", func() bool { return len(box.X.Posts()) == 1 && len(box.Mastodon.Posts()) == 1 })
}

// A pause binds also when it comes while the configuration is exchanged.
func TestAPauseDuringAReloadBinds(t *testing.T) {
	cfg, _ := newConfig(t)
	d, reload := reloading(t, cfg)
	for range 20 {
		var both sync.WaitGroup
		both.Go(func() {
			c, err := control.Dial(t.Context(), cfg.Control.Socket)
			if err != nil {
				t.Error(err)
				return
			}
			if err := c.Pause(t.Context(), ""); err != nil {
				t.Error(err)
			}
		})
		reload()
		both.Wait()
		until(t, "both accounts paused", func() bool {
			st, err := d.Service().Status(t.Context())
			return err == nil && st.Accounts[0].State == dispatch.StatePaused && st.Accounts[1].State == dispatch.StatePaused
		})
		if err := d.Service().Engine.Resume(""); err != nil {
			t.Fatal(err)
		}
	}
}
