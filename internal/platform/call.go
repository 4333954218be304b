package platform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"crieur/internal/delivery"
)

var (
	errSecond   = errors.New("a call sends one request, this is the second")
	errAnswered = errors.New("the server did not accept the request")
)

// Call is the http.RoundTripper of one request. It sends at most once, reads the
// answer whole and bounded, and knows whether anything can have reached the server.
// An answer other than 2xx is returned as an error, so that no library acts on it.
type Call struct {
	wire    *Wire
	op      Op
	timeout time.Duration // of the whole exchange
	key     string
	judge   func(Answer) error // of OpPost: what the answer means
	used    atomic.Bool
	begun   atomic.Bool // a connection was had or the body read: the server may have the request
	method  string
	target  string
	answer  *Answer
	stale   bool // the login was out of date, not refused
}

// Retry says that a refusal of the login was one of its age: the next request brings
// another one. The account need not stop.
func (c *Call) Retry() { c.stale = true }

// Answer returns what the server said; false: there was no answer.
func (c *Call) Answer() (Answer, bool) {
	if c.answer == nil {
		return Answer{}, false
	}
	return *c.answer, true
}

// RoundTrip sends the request.
func (c *Call) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.used.Swap(true) {
		return nil, errors.Join(errSecond, closeBody(req))
	}
	c.method = req.Method
	c.target = req.URL.Scheme + "://" + req.URL.Host + req.URL.Path
	if err := req.Context().Err(); err != nil {
		return nil, errors.Join(err, closeBody(req))
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel() // the body is read before we return
	out, body, err := c.prepare(ctx, req)
	if err != nil {
		return nil, err
	}
	resp, err := c.wire.base.RoundTrip(out)
	if err != nil {
		// A transport that does not speak httptrace tells by what it read.
		if !c.begun.Load() && body != nil && int64(body.Len()) < out.ContentLength {
			c.begun.Store(true)
		}
		c.report()
		return nil, err
	}
	c.begun.Store(true)
	c.answer = readAnswer(resp)
	c.wire.compare(c.answer)
	c.report()
	if c.answer.Err != nil {
		return nil, c.answer.Err
	}
	if !c.answer.Success() {
		return nil, errAnswered
	}
	return c.replay(resp, req), nil
}

// prepare returns the request as it goes out, with its body in memory: net/http then
// sends header and body in one write. With two, a process that dies between them
// leaves a cut body, and some servers publish that.
func (c *Call) prepare(ctx context.Context, req *http.Request) (*http.Request, *bytes.Reader, error) {
	out := req.Clone(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// From here on bytes may leave, even while an error is being returned;
		// the later hooks run too late to prove that none did.
		GotConn: func(httptrace.GotConnInfo) { c.begun.Store(true) },
	}))
	out.GetBody = nil // without it net/http cannot send a body twice
	var body *bytes.Reader
	if out.Body != nil && out.Body != http.NoBody {
		b, err := io.ReadAll(out.Body)
		if err = errors.Join(err, out.Body.Close()); err != nil {
			return nil, nil, fmt.Errorf("body of the request: %w", err)
		}
		body = bytes.NewReader(b)
		out.Body, out.ContentLength, out.TransferEncoding = io.NopCloser(body), int64(len(b)), nil
	} else if !c.reads() {
		c.begun.Store(true) // no body to watch: assume the worst of any transport
	}
	out.Header.Set("User-Agent", c.wire.userAgent)
	out.Header.Set("Accept-Encoding", "identity")
	out.Header.Del("X-Idempotency-Key")
	out.Header.Del("Idempotency-Key")
	if c.key != "" {
		out.Header.Set("Idempotency-Key", c.key)
	}
	return out, body, nil
}

// replay hands the bounded answer to the library.
func (c *Call) replay(resp *http.Response, req *http.Request) *http.Response {
	out := *resp
	out.Request = req
	out.Header = c.answer.Header.Clone()
	out.Header.Del("Content-Encoding")
	out.Body = io.NopCloser(bytes.NewReader(c.answer.Body))
	out.ContentLength = int64(len(c.answer.Body))
	return &out
}

// Failure is the one way out for errors of this call: what a library returned, or
// an *Error of the adapter, becomes the *Error that the engine sees, with a class
// that fits how far the request came, its target named and no secret in it.
func (c *Call) Failure(err error) *Error {
	e := *AsError(err)
	_, classed := errors.AsType[*Error](err)
	switch {
	case classed:
	case c.answer != nil:
		e.Status = c.answer.Status
	case !c.begun.Load():
		e.Class = delivery.Refused
		e.Err = fmt.Errorf("not sent: %w", withoutURL(err))
	default:
		e.Err = fmt.Errorf("sent, but no answer came: %w", withoutURL(err))
	}
	switch {
	case c.prepares():
		if e.Class == delivery.Ambiguous {
			e.Class = delivery.Refused
		}
	case c.reads():
		e = harmless(e)
	}
	if c.stale && e.Class == delivery.Auth {
		e.Class = delivery.Refused
	}
	if c.target != "" {
		e.Err = fmt.Errorf("%s %s: %w", c.method, c.target, e.Err)
	}
	e.Err = cleanError(e.Err, c.wire.allSecrets())
	return &e
}

// reads tells that the request changes nothing on the server.
func (c *Call) reads() bool { return c.method == http.MethodGet || c.method == http.MethodHead }

// prepares tells that nobody sees what the request does as long as nothing is posted.
func (c *Call) prepares() bool { return c.op == OpUpload || c.op == OpMetadata }

// withoutURL takes off net/http's own mention of the URL, query included.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

func closeBody(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	return req.Body.Close()
}
