package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"crieur/internal/outside"
)

// newTransport is a transport with a bound for each step. The connection is kept for a
// while, as receipts of one article come together.
func newTransport() *http.Transport {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  20 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           1,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

// answer is what came of one request.
type answer struct {
	err        string // why it was not taken; empty: it was
	gone       bool   // the receiver wants no more
	retryAfter time.Duration
}

// send makes one request. The end of ctx leaves it 2 s. It goes by the transport alone,
// which follows no redirect: what is signed for one receiver is not for another.
func (p *Pusher) send(ctx context.Context, r Receipt) answer {
	body, err := encode(r)
	if err != nil {
		return answer{err: fmt.Sprintf("receipt %s: %v", r.ID, err)}
	}
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestWithin)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopWithin, cancel) })()
	req, err := http.NewRequestWithContext(own, http.MethodPost, p.opt.URL, bytes.NewReader(body))
	if err != nil {
		return answer{err: "the url is not an address"} // the error would show it
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", p.opt.UserAgent)
	req.Header.Set("X-Crieur-Delivery", r.ID)
	req.Header.Set("X-Crieur-Timestamp", timestamp)
	req.Header.Set("X-Crieur-Signature", Sign(p.opt.Secret, timestamp, body))
	resp, err := p.opt.Transport.RoundTrip(req)
	if err != nil {
		if errors.Is(own.Err(), context.DeadlineExceeded) {
			return answer{err: "no answer within " + requestWithin.String()}
		}
		return answer{err: fmt.Sprintf("no answer: %.300v", err)} // it may quote what a stranger sent
	}
	// The status has come; what follows it changes nothing.
	if !outside.CloseSwitched(resp) {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
		_ = resp.Body.Close()
	}
	return judge(resp, time.Now())
}

func judge(resp *http.Response, now time.Time) answer {
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return answer{}
	case code >= 300 && code < 400:
		return answer{err: fmt.Sprintf("the receiver answered %s: redirects are not followed, set its final address", status(code)), retryAfter: retryAfter(resp.Header, now)}
	default:
		return answer{err: "the receiver answered " + status(code), gone: code == http.StatusGone, retryAfter: retryAfter(resp.Header, now)}
	}
}

// status goes by the number: the text of a status line is the receiver's.
func status(code int) string {
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("%d %s", code, text)
	}
	return strconv.Itoa(code)
}

// retryAfter reads seconds or a date; 0 when there is neither.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if s, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(s) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return at.Sub(now)
	}
	return 0
}

// encode writes the body: one line without its end, and without the HTML escapes that
// nobody expects in an address.
func encode(r Receipt) ([]byte, error) {
	r.Event, r.PostedAt = "receipt", r.PostedAt.UTC()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Sign returns the value of X-Crieur-Signature: "sha256=" and, in hexadecimal, the
// HMAC-SHA-256 of timestamp, a dot and the body.
func Sign(secret []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
