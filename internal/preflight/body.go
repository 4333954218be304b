package preflight

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

// packingSlack is how much larger than its content a compressed body may be, in bytes.
const packingSlack = 64 << 10

// badEncoding is a body that the bot cannot decompress.
type badEncoding struct{ value string }

func (e *badEncoding) Error() string { return "Content-Encoding " + e.value }

// readBody reads r.limit bytes of the decompressed body, and tells whether there is more.
// The compressed bytes are bounded too: a stream may go on for ever and yield nothing.
func readBody(res *http.Response, r request) (body []byte, more bool, err error) {
	raw := &remember{r: io.LimitReader(res.Body, r.limit+packingSlack)}
	plain, err := decompress(res.Header, raw, r.encoding)
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(plain, r.limit+1))
	}
	// The bytes above the limit prove that there are more; whether they end well is open.
	if int64(len(body)) > r.limit {
		return body[:r.limit], true, nil
	}
	var coding *badEncoding
	switch {
	case raw.err != nil:
		return nil, false, raw.err
	case err == nil || errors.As(err, &coding):
		return body, false, err
	default:
		return nil, false, &badEncoding{fmt.Sprintf("%q with a damaged stream (%v)", res.Header.Get("Content-Encoding"), err)}
	}
}

// decompress undoes the Content-Encoding if the bot asked for it.
func decompress(h http.Header, raw io.Reader, asked string) (io.Reader, error) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ", ")))
	switch {
	case coding == "" || coding == "identity":
		return raw, nil
	case coding == "gzip" && strings.Contains(asked, "gzip"):
		return gzip.NewReader(raw)
	case coding == "br" && strings.Contains(asked, "br"):
		return brotli.NewReader(raw), nil
	}
	return nil, &badEncoding{fmt.Sprintf("%q, which was not asked for (%s)", coding, asked)}
}

// remember keeps the error of the connection apart from those of the decompressor.
type remember struct {
	r   io.Reader
	err error
}

func (m *remember) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}
