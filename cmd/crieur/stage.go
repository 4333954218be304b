package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"crieur/config"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

// demoWithin bounds how long the demo waits for its posts.
const demoWithin = 30 * time.Second

// stage is the demo's world: sandbox, configuration files and daemon in one folder.
type stage struct {
	box    *sandbox.Sandbox
	cfg    config.Config
	daemon *daemon.Daemon
}

func newStage(dir string, log *slog.Logger) (*stage, error) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	st := &stage{box: box}
	if st.cfg, err = demoConfig(dir, box); err == nil {
		st.daemon, err = daemon.New(st.cfg, daemon.Options{Version: versionString(), Log: log})
	}
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	return st, nil
}

// demoConfig writes what an operator would write: a configuration and two logins.
func demoConfig(dir string, box *sandbox.Sandbox) (config.Config, error) {
	err := writeConfig(dir, box, site{
		baseURL: "https://crieur.example.org", title: "crieur demo", x: "x", status: "127.0.0.1:0", pages: "127.0.0.1:0", settle: "2s",
	})
	if err != nil {
		return config.Config{}, err
	}
	return config.Load(filepath.Join(dir, "crieur.toml"))
}

// site is what tells one sandbox configuration from another.
type site struct {
	baseURL, title, x string // x: name of the X account; the other one is "mastodon"
	status, pages     string // addresses to listen on
	settle            string // before looking for a post
}

// writeConfig writes crieur.toml and the logins of a sandbox into dir.
func writeConfig(dir string, box *sandbox.Sandbox, s site) error {
	c := box.X.Credentials()
	files := map[string]string{
		s.x + ".toml": fmt.Sprintf("consumer_key = %q\nconsumer_secret = %q\naccess_token = %q\naccess_token_secret = %q\n",
			c.ConsumerKey, c.ConsumerSecret, c.AccessToken, c.AccessTokenSecret),
		"mastodon.toml": fmt.Sprintf("access_token = %q\n", box.Mastodon.Token()),
		"crieur.toml": fmt.Sprintf(`[site]
base_url = %q
title = %q
language = "fr"
timezone = "Europe/Paris"

[outbox]
path = "outbox.db"

[control]
socket = "control.sock"

[status]
listen = %q

[pages]
listen = %q

[delivery]
settle = %q
breaker_per_hour = 1000

[[account]]
name = %q
platform = "x"
api_url = %q
credentials = %q
min_spacing = "0s"
max_per_day = 0

[[account]]
name = "mastodon"
platform = "mastodon"
server = %q
credentials = "mastodon.toml"
min_spacing = "0s"
max_per_day = 0
`, s.baseURL, s.title, s.status, s.pages, s.settle, s.x, box.X.URL, s.x+".toml", box.Mastodon.URL),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// play runs the daemon around act, and ends it when act has ended.
func (st *stage) play(ctx context.Context, act func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- st.daemon.Run(ctx) }()
	acted := make(chan error, 1)
	go func() { acted <- act(ctx) }()
	select {
	case err := <-acted:
		stop()
		return errors.Join(err, <-ended)
	case err := <-ended:
		stop()
		return errors.Join(err, <-acted)
	}
}

// post hands an article over through the control socket, as the command line
// does, and waits for its receipts.
func (st *stage) post(ctx context.Context, r control.Request) (demoResult, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, demoWithin, fmt.Errorf("nothing was posted within %s", demoWithin))
	defer cancel()
	client, err := control.Dial(ctx, st.cfg.Control.Socket)
	if err != nil {
		return demoResult{}, err
	}
	if err := st.awaitLimits(ctx); err != nil {
		return demoResult{}, err
	}
	out := demoResult{StatusURL: "http://" + st.daemon.Addr("status") + "/"}
	if out.Preview, err = client.Preview(ctx, r); err != nil {
		return demoResult{}, err
	}
	stored, err := client.Enqueue(ctx, []control.Request{r})
	if err != nil {
		return demoResult{}, err
	}
	out.PageURL = "http://" + st.daemon.Addr("pages") + "/" + stored[0].Slug
	story, err := awaitReceipts(ctx, client, stored[0].ID)
	if err != nil {
		return demoResult{}, err
	}
	for i := range out.Posts {
		for _, d := range story.Deliveries {
			if d.Account == out.Posts[i].Account {
				out.Posts[i].Text, out.Posts[i].Receipt = d.Text, d.Receipt
			}
		}
	}
	return out, nil
}

// awaitLimits waits until the daemon has asked the instance for its limits, which
// it does at start: the preview then shows the same figures as the post obeys.
func (st *stage) awaitLimits(ctx context.Context) error {
	for _, a := range st.daemon.Service().Engine.Accounts() {
		if err := poll(ctx, func() (bool, error) {
			_, ok, err := st.daemon.Service().Outbox.Limits(a.Name)
			return ok, err
		}); err != nil {
			return err
		}
	}
	return nil
}

func awaitReceipts(ctx context.Context, api control.API, id string) (story control.Story, err error) {
	err = poll(ctx, func() (bool, error) {
		if story, err = api.Show(ctx, id); err != nil {
			return false, err
		}
		for _, d := range story.Deliveries {
			if s := delivery.State(d.State); s == delivery.Held || s.Final() && s != delivery.Delivered {
				return false, fmt.Errorf("delivery %s is %s: %s", d.ID, d.State, d.Reason)
			}
			if d.Receipt == nil {
				return false, nil
			}
		}
		return true, nil
	})
	return story, err
}

func poll(ctx context.Context, done func() (bool, error)) error {
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-t.C:
		}
	}
}

func (st *stage) close() error { return st.box.Close() }
