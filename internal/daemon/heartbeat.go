package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"crieur/internal/dispatch"
	"crieur/internal/journal"
	"crieur/internal/outside"
)

// askWithin bounds one question to a server of the operator's, and what is read of its answer.
const (
	askWithin = 10 * time.Second
	readOfIt  = 64 << 10
)

// heartbeat asks for the address of the configuration as long as all is well, until ctx
// ends. Who hears nothing for too long raises the alarm: it works when this machine does
// not, and when no alert gets through.
func (d *Daemon) heartbeat(ctx context.Context) {
	g := d.current.Load()
	h := g.cfg.Heartbeat
	if h.URL == "" {
		return
	}
	t := time.NewTicker(time.Duration(h.Every))
	defer t.Stop()
	for missed := ""; ; {
		now := ""
		if err := well(g.service.Engine, time.Now()); err != nil {
			now = err.Error()
		} else if err := ask(ctx, h.URL, "crieur/"+d.opt.Version); err != nil {
			now = err.Error()
		}
		switch { // one line as long as nothing changes
		case ctx.Err() != nil:
			return
		case now == missed:
		case now == "":
			d.opt.Log.Info("heartbeat again", journal.Key, journal.HeartbeatAgain, "to", h)
		default:
			d.opt.Log.Warn("no heartbeat", journal.Key, journal.HeartbeatMissed, "to", h, "reason", now)
		}
		missed = now
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// well tells whether nothing needs a person, and if not why. A pause is what a person wanted.
func well(e *dispatch.Engine, now time.Time) error {
	st, err := e.Status(now)
	if err != nil {
		return err
	}
	if v := st.Verdict(0); v.Tone == dispatch.ToneBad {
		return errors.New(strings.Join(v.Why, "; "))
	}
	return nil
}

// ask gets an address and is content with any answer of success. Its error contains
// nothing of the address, which may carry a token.
func ask(ctx context.Context, address, agent string) error {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return errors.New("its address cannot be asked for")
	}
	req.Header.Set("User-Agent", agent)
	wire := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10}
	defer wire.CloseIdleConnections()
	resp, err := (&http.Client{Transport: wire}).Do(req)
	if err != nil {
		return errors.New(withoutAddress(err))
	}
	if !outside.CloseSwitched(resp) {
		_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, readOfIt))
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return errors.New(withoutAddress(err))
		}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("it answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return nil
}
