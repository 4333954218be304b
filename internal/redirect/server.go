package redirect

import (
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"
)

// headerWithin bounds how long a request may take to arrive.
const headerWithin = 5 * time.Second

// Server serves pages to anybody: whoever is slow, sends huge headers or holds
// thousands of connections open takes bounded memory and keeps out nobody else. Its
// listener comes from Limit.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h,
		// Nothing but a header is read. Equal, they are one deadline: net/http sets a
		// second one only where they differ, for each request.
		ReadHeaderTimeout: headerWithin,
		ReadTimeout:       headerWithin,
		WriteTimeout:      time.Minute, // a page of 100 KB at 2 KB/s
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    8 << 10, // and 4 KB that net/http adds
	}
}

// Limit lets the server, which must not be serving yet, have at most most connections on
// its listener, and no more than half of the files that the process may open: the rest is for posting. When that
// is reached, whoever waits longest without a request makes room; when all are being
// answered, new ones wait in the system's queue. A connection takes about 16 KB.
func Limit(s *http.Server, l net.Listener, most int) (net.Listener, error) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return nil, fmt.Errorf("limit of open files: %w", err)
	}
	return limit(s, l, int(max(1, min(uint64(max(most, 1)), files.Cur/2)))), nil
}
