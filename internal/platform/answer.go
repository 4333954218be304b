package platform

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outside"
)

// maxBody bounds an answer, as sent and as decompressed, in bytes.
const maxBody = 1 << 20

// Answer is what a server said to one request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte    // decompressed, at most 1 MiB
	Err    error     // why Body is not whole; nil: it is
	At     time.Time // when it was read
}

// readAnswer reads resp to its end or bound and closes it.
func readAnswer(resp *http.Response) *Answer {
	a := &Answer{Status: resp.StatusCode, Header: resp.Header.Clone()}
	if a.Header == nil {
		a.Header = http.Header{}
	}
	switch {
	case resp.Body == nil:
	case outside.CloseSwitched(resp):
	default:
		a.Body, a.Err = readBody(resp)
		_ = resp.Body.Close() // what was read is read
	}
	a.At = time.Now()
	return a
}

// readBody reads the body bounded twice: what comes over the wire and what it unpacks to.
func readBody(resp *http.Response) ([]byte, error) {
	body := io.LimitReader(resp.Body, maxBody+1)
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip": // not asked for, yet some proxies insist
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("unpack the answer: %w", err)
		}
		body = unpacked
	default:
		return nil, fmt.Errorf("the answer has content encoding %q, which was not asked for", encoding)
	}
	read, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(read) > maxBody {
		return read[:maxBody], fmt.Errorf("the answer is longer than %d bytes", maxBody)
	}
	if err != nil {
		return read, fmt.Errorf("read the answer: %w", err)
	}
	return read, nil
}

// Success tells whether the status is 2xx; only an adapter can say whether that means posted.
func (a Answer) Success() bool { return a.Status >= 200 && a.Status <= 299 }

// Decode reads the body into v by shape: the Content-Type is not asked, members of
// an unexpected type are left zero. False: the body is not JSON.
func (a Answer) Decode(v any) bool {
	ok, _ := a.DecodeWhole(v)
	return ok
}

// DecodeWhole is Decode; whole tells that no member had an unexpected type, so that
// what is zero was really not there.
func (a Answer) DecodeWhole(v any) (ok, whole bool) {
	err := json.Unmarshal(a.Body, v)
	_, mistyped := errors.AsType[*json.UnmarshalTypeError](err)
	return err == nil || mistyped, err == nil
}

// Describe names an answer that explains nothing, for an error.
func (a Answer) Describe() string {
	if a.Err != nil {
		return a.Err.Error()
	}
	if len(a.Body) == 0 {
		return http.StatusText(a.Status) + ", empty answer"
	}
	kind := a.Header.Get("Content-Type")
	if kind == "" {
		kind = "no content type"
	}
	return fmt.Sprintf("%s, unreadable answer of %d bytes (%s)", http.StatusText(a.Status), len(a.Body), kind)
}

// Fail classes the answer.
func (a Answer) Fail(class delivery.Class, cause error) *Error {
	return &Error{Class: class, Status: a.Status, Err: cause}
}

// Unclear classes an answer from which nothing follows about the post. A 503 may
// say when to come back.
func (a Answer) Unclear() *Error {
	e := a.Fail(delivery.Ambiguous, errors.New(a.Describe()))
	e.RetryAfter, _ = retryAfter(a.Header, a.At)
	return e
}
