package alert

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Bounds of one answer of a service. The largest true one is a page of JSON.
const (
	maxAnswer     = 1 << 20
	answerTimeout = 2 * sendTimeout
)

var errTooLong = errors.New("the answer is too long")

// BoundAnswers makes a transport give up on answers without end. shoutrrr reads whole
// bodies over http.DefaultTransport, whose owner is the process, so main calls this once.
func BoundAnswers(t *http.Transport) {
	dial := (&net.Dialer{Timeout: sendTimeout}).DialContext
	t.DisableKeepAlives = true // a connection is one answer
	t.ResponseHeaderTimeout = sendTimeout
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if err := c.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
			return nil, errors.Join(err, c.Close())
		}
		return &boundConn{Conn: c, left: maxAnswer}, nil
	}
}

// boundConn reads so many bytes and no more.
type boundConn struct {
	net.Conn
	left int
}

func (c *boundConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLong
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}
