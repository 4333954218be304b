package preflight

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"crieur/internal/outside"
)

// trouble is the finding of a fetch without a whole answer. passing: it may be gone in a
// moment, as while a server restarts.
func trouble(thing string, at *url.URL, err error, limit time.Duration) (bad *finding, passing bool) {
	f := &finding{thing: thing + " " + at.String()}
	var (
		coding  *badEncoding
		dns     *net.DNSError
		private *outside.PrivateError
	)
	f.value = fmt.Sprintf("unreachable (%v)", err)
	switch {
	case errors.As(err, &private):
		f.value = fmt.Sprintf("at a private address, %s, which is not asked", private.At)
		f.way = "serve it on the public internet, or under site.base_url"
		return f, false
	case errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err):
		f.value = fmt.Sprintf("slow: no whole answer within %v", limit)
		f.way = "make the server answer sooner, or open its port to the world"
		return f, true
	case errors.Is(err, context.Canceled):
		f.way = "let the check end"
		return f, false
	case errors.As(err, &coding):
		f.value = "unreadable: " + coding.Error()
		f.way = "compress only as Accept-Encoding allows, and whole"
		return f, false
	case errors.As(err, &dns) && dns.IsNotFound:
		f.way = fmt.Sprintf("let the DNS name %s point to the server that serves the pages", at.Hostname())
		return f, false
	}
	if hint := tlsHint(err, at); hint != "" {
		f.way = hint
		return f, false
	}
	f.way = "start the web server, and let DNS, firewall and proxy lead to it"
	return f, true
}

// tlsHint is the way out of an error of TLS, empty for another error.
func tlsHint(err error, at *url.URL) string {
	var (
		authority *x509.UnknownAuthorityError
		byValue   x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		plain     tls.RecordHeaderError
		alert     tls.AlertError
		chain     *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &authority) || errors.As(err, &byValue):
		return "install a certificate of a public authority with its whole chain (fullchain.pem, not cert.pem)"
	case errors.As(err, &name):
		return "get a certificate that names " + at.Hostname()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "renew the certificate, reload the web server, and see that this machine's clock is right"
	case errors.As(err, &plain):
		return "the port does not speak TLS: serve https there, or set site.base_url to http"
	case errors.As(err, &alert) || errors.As(err, &invalid) || errors.As(err, &chain):
		return "mend the server's certificate and TLS settings (TLS 1.2 or 1.3, a certificate for this host)"
	}
	return ""
}
