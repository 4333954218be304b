package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"crieur/internal/dispatch"
)

// answerWithin bounds how long a daemon may think about an answer; a check of a
// large outbox is the longest.
const answerWithin = 2 * time.Minute

// statusWithin bounds the one answer that tells whether the daemon is well: one that is
// frozen must not keep whoever looks after it waiting.
const statusWithin = 10 * time.Second

// Client asks the daemon behind a control socket.
type Client struct {
	http   *http.Client
	socket string
}

var _ API = (*Client)(nil)

// Dial returns a client, or ErrNotRunning when no daemon listens on the socket.
func Dial(ctx context.Context, socket string) (*Client, error) {
	dial := func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "unix", socket) }
	c, err := dial(ctx)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, fmt.Errorf("%w on %s", ErrNotRunning, socket)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("control socket %s: %w: join the group that owns it, or use sudo -u", socket, os.ErrPermission)
	case err != nil:
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := c.Close(); err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	return newClient(socket, dial), nil
}

func newClient(socket string, dial func(context.Context) (net.Conn, error)) *Client {
	return &Client{socket: socket, http: &http.Client{Transport: &http.Transport{
		DialContext:           func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		ResponseHeaderTimeout: answerWithin,
	}}}
}

// Preview implements API.
func (c *Client) Preview(ctx context.Context, r Request) (out Preview, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/preview", r, &out)
}

// Enqueue implements API. A daemon whose client is gone stores nothing, unless all was
// written already: which of both it was, a client that broke off is not told.
func (c *Client) Enqueue(ctx context.Context, rs []Request) (out []Enqueued, err error) {
	resp, err := c.do(ctx, http.MethodPost, "/v1/enqueue", rs)
	if err == nil {
		err = errors.Join(decodeAnswer(resp.Body, &out), resp.Body.Close())
	}
	var unanswered *url.Error
	switch {
	case err == nil:
		return out, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("broken off: the articles %s: %w", mayBeStored, context.Cause(ctx))
	case resp != nil, errors.As(err, &unanswered): // it died, or took too long
		return nil, fmt.Errorf("%w: the articles %s", err, mayBeStored)
	}
	return nil, err
}

const mayBeStored = "may still have been stored: \"crieur list\" tells"

// Show implements API.
func (c *Client) Show(ctx context.Context, id string) (out Story, err error) {
	return out, c.call(ctx, http.MethodGet, "/v1/show?id="+url.QueryEscape(id), nil, &out)
}

// Resolve implements API.
func (c *Client) Resolve(ctx context.Context, r Resolution) (out StoryDelivery, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/resolve", r, &out)
}

// Cancel implements API.
func (c *Client) Cancel(ctx context.Context, id string) (out StoryDelivery, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/cancel", id, &out)
}

// Withdraw implements API.
func (c *Client) Withdraw(ctx context.Context, id string) (out Withdrawn, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/withdraw", id, &out)
}

// Update implements API.
func (c *Client) Update(ctx context.Context, co Correction) (out Corrected, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/update", co, &out)
}

// Plan implements API.
func (c *Client) Plan(ctx context.Context, w PlanWish) (out []dispatch.PlanEntry, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/plan", w, &out)
}

// Reschedule implements API.
func (c *Client) Reschedule(ctx context.Context, ch Change) (out StoryDelivery, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/reschedule", ch, &out)
}

// Retry implements API.
func (c *Client) Retry(ctx context.Context, id string) (out StoryDelivery, err error) {
	return out, c.call(ctx, http.MethodPost, "/v1/retry", id, &out)
}

// Pause implements API.
func (c *Client) Pause(ctx context.Context, account string) error {
	return c.call(ctx, http.MethodPost, "/v1/pause", account, &struct{}{})
}

// Resume implements API.
func (c *Client) Resume(ctx context.Context, account string) error {
	return c.call(ctx, http.MethodPost, "/v1/resume", account, &struct{}{})
}

// Status implements API.
func (c *Client) Status(ctx context.Context) (out dispatch.Status, err error) {
	ctx, cancel := context.WithTimeout(ctx, statusWithin)
	defer cancel()
	return out, c.call(ctx, http.MethodGet, "/v1/status", nil, &out)
}

// Check implements API.
func (c *Client) Check(ctx context.Context) (out Finding, err error) {
	return out, c.call(ctx, http.MethodGet, "/v1/check", nil, &out)
}

// List implements API.
func (c *Client) List(ctx context.Context, f ListFilter, yield func(ListedDelivery) error) error {
	q := url.Values{"state": {f.State}, "account": {f.Account}, "limit": {strconv.Itoa(f.Limit)}, "after": {f.After}, "prefix": {f.Prefix}}
	if f.Posted {
		q.Set("posted", "true") // an older daemon passes it over, and lists by age
	}
	resp, err := c.do(ctx, http.MethodGet, "/v1/list?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	err = eachLine(resp.Body, func(line []byte) error {
		var d struct {
			ListedDelivery
			failure
		}
		if err := json.Unmarshal(line, &d); err != nil {
			return fmt.Errorf("answer of the daemon: %w", err)
		}
		if d.failure.Error != "" {
			return errors.New(d.failure.Error)
		}
		return yield(d.ListedDelivery)
	})
	return errors.Join(err, resp.Body.Close())
}

func eachLine(r io.Reader, do func([]byte) error) error {
	br := bufio.NewReader(r)
	for {
		line, err := br.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if err := do(line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("answer of the daemon: %w", err)
		}
	}
}

func (c *Client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.do(ctx, method, path, in)
	if err != nil {
		return err
	}
	return errors.Join(decodeAnswer(resp.Body, out), resp.Body.Close())
}

func decodeAnswer(body io.Reader, out any) error {
	if err := json.NewDecoder(body).Decode(out); err != nil {
		return fmt.Errorf("answer of the daemon: %w", err)
	}
	return nil
}

// do returns only answers of success; the daemon's errors come back as they would offline.
func (c *Client) do(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("request to the daemon: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://crieur"+path, body)
	if err != nil {
		return nil, fmt.Errorf("request to the daemon: %w", err)
	}
	req.Header.Set("Accept", "application/json, "+ndjson)
	// The daemon may have acted on a request whose connection died: never by itself twice.
	req.GetBody = nil
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the daemon on %s does not answer: %w", c.socket, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	var f failure
	err = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&f)
	if err = errors.Join(err, resp.Body.Close()); err != nil || f.Error == "" {
		return nil, c.foreign(resp, method, path)
	}
	return nil, f.err()
}

// foreign tells what an answer means that is none of this version's: a daemon that was
// not restarted after an update, or something else on the socket.
func (c *Client) foreign(resp *http.Response, method, path string) error {
	version := resp.Header.Get(VersionHeader)
	if resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusMethodNotAllowed {
		return fmt.Errorf("daemon on %s: HTTP %d", c.socket, resp.StatusCode)
	}
	if version != "" {
		version = " (crieur " + version + ")"
	}
	path, _, _ = strings.Cut(path, "?")
	return fmt.Errorf("the daemon on %s%s does not know %s %s: %s", c.socket, version, method, path, otherVersion)
}
