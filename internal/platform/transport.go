package platform

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	dialTimeout    = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	headerTimeout  = 30 * time.Second
	maxHeaderBytes = 64 << 10
	oneWrite       = 256 << 10 // above any post with its header: they leave together
)

// NewTransport returns the transport that adapters use unless they are given one.
//
// Every request has a connection of its own, HTTP/1.1: on a reused connection a
// reset says nothing about whether the server closed it before or after our post,
// and net/http has rules of its own for sending again. A handshake more is nothing
// at the rate at which articles appear. Header and body leave in one write.
func NewTransport() *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		WriteBufferSize:        oneWrite,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		Protocols:              &protocols,
	}
}

// NewHTTPClient returns a client for a library: it sends through rt and follows no redirect.
func NewHTTPClient(rt http.RoundTripper) *http.Client {
	return &http.Client{Transport: rt, CheckRedirect: refuseRedirect}
}

// refuseRedirect is the second line: a Call never lets a 3xx reach the client.
func refuseRedirect(next *http.Request, _ []*http.Request) error {
	return fmt.Errorf("refusing to follow a redirect to %s", next.URL.Host)
}
