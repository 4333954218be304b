package platformtest

import (
	"io"
	"net/http"
)

// SwitchProtocols is a handler that answers 101 Switching Protocols to whoever did not ask
// for it, and then keeps the connection open in silence until the other side ends it.
func SwitchProtocols(w http.ResponseWriter, _ *http.Request) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return // the other side has nothing to wait for
	}
	defer func() { _ = c.Close() }()
	_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	_, _ = io.Copy(io.Discard, c)
}
