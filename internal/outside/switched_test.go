package outside

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// body tells what was done with it.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

func TestOnlyAnAnswerThatSwitchesProtocolsIsClosedUnread(t *testing.T) {
	for status, want := range map[int]bool{101: true, 100: false, 103: false, 200: false, 204: false, 302: false, 500: false} {
		left := strings.NewReader("text")
		b := &body{Reader: left}
		if got := CloseSwitched(&http.Response{StatusCode: status, Body: b}); got != want || b.closed != want || left.Len() != 4 {
			t.Errorf("%d: %v, closed %v, %d bytes left", status, got, b.closed, left.Len())
		}
	}
}
