package alert

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// statusCode finds a status of HTTP or SMTP that stands alone, as no port or part of an
// address does.
var statusCode = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[ (])([345]\d\d)(?:$|[ ),;:])`)
})

// phrases are what the errors of services contain, and what the operator is told then.
var phrases = []struct{ found, told string }{
	{"connection refused", "connection refused"},
	{"no such host", "the host name is unknown"},
	{"network is unreachable", "the network is unreachable"},
	{"no route to host", "no route to the host"},
	{"connection reset", "the connection was reset"},
	{"gave http response to https client", "the server speaks plain HTTP, not HTTPS"},
	{"certificate", "its TLS certificate is not valid"},
	{"unencrypted connection", "no login over an unencrypted connection"},
	{"deadline exceeded", "no answer in time"},
	{"timeout", "no answer in time"},
	{"timed out", "no answer in time"},
	{"unauthorized", "the login was refused"},
	{"authenticat", "the login was refused"},
	{"forbidden", "forbidden"},
	{"not found", "not found"},
	{"rate limit", "too many messages"},
	{"eof", "the connection was closed early"},
}

// reason tells why a service did not take a message. Services put whole addresses, and
// so secrets, into their errors: nothing of err is passed on, it only selects one of a
// fixed set of texts, or a status code.
func reason(err error) string {
	var timeout net.Error
	switch {
	case errors.Is(err, errHanging), errors.Is(err, errPanic), errors.Is(err, errCommand):
		return err.Error()
	case errors.Is(err, context.Canceled):
		return "stopped before it answered"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	text := strings.ToLower(err.Error())
	if m := statusCode().FindStringSubmatch(text); m != nil {
		code, convErr := strconv.Atoi(m[1])
		if name := http.StatusText(code); convErr == nil && name != "" && strings.Contains(text, strings.ToLower(name)) {
			return "status " + m[1] + " " + name
		}
		return "status " + m[1]
	}
	for _, p := range phrases {
		if strings.Contains(text, p.found) {
			return p.told
		}
	}
	return "the service refused it or cannot be reached"
}
