package redirect

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/andybalholm/brotli"
)

// brotliQuality is where brotli takes as long as gzip at its best: pages are compressed
// again after each receipt, with posting waiting for the processor too.
const brotliQuality = 5

// document is a body as it is sent, in every coding; it never changes.
type document struct {
	sum         [sha256.Size]byte // of the body
	contentType []string
	forms       [codings]form
}

// form is a document in one coding. The header values are slices because that is what
// a header map takes: thousands of answers share them.
type form struct {
	body           []byte
	length, etag   []string
	coding, ranges []string // nil: not sent
}

// newDocument compresses a body.
func newDocument(contentType string, body []byte) (*document, error) {
	d := plainDocument(contentType, body)
	tag := d.tag()
	for c := identity + 1; c < codings; c++ {
		coded, err := encode(c, body)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", c, err)
		}
		// Strong tags stand for bytes, and these are others (RFC 9110, 8.8.3.3).
		d.forms[c] = form{
			body: coded, length: []string{strconv.Itoa(len(coded))},
			etag: []string{`"` + tag + "-" + c.String() + `"`}, coding: []string{c.String()},
		}
	}
	return d, nil
}

// plainDocument has but the identity coding.
func plainDocument(contentType string, body []byte) *document {
	d := &document{sum: sha256.Sum256(body), contentType: []string{contentType}}
	d.forms[identity] = form{
		body: body, length: []string{strconv.Itoa(len(body))},
		etag: []string{`"` + d.tag() + `"`}, ranges: []string{"bytes"},
	}
	return d
}

func (d *document) tag() string { return base64.RawURLEncoding.EncodeToString(d.sum[:18]) }

func encode(c coding, body []byte) ([]byte, error) {
	var buf bytes.Buffer
	var w io.WriteCloser
	if c == brotlied {
		w = brotli.NewWriterLevel(&buf, brotliQuality)
	} else {
		var err error
		if w, err = gzip.NewWriterLevel(&buf, gzip.BestCompression); err != nil {
			return nil, err
		}
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(buf.Bytes()), nil // without the room to grow
}

// choose is the form that a request prefers; of those that it likes equally, the
// shortest. ok is false when it accepts none (406).
func (d *document) choose(h http.Header) (f *form, ok bool) {
	q := weights(h["Accept-Encoding"])
	best := 0
	for c := range d.forms {
		if d.forms[c].length == nil {
			continue // images are compressed as they are
		}
		if q[c] > best || (q[c] == best && f != nil && len(d.forms[c].body) < len(f.body)) {
			f, best = &d.forms[c], q[c]
		}
	}
	return f, f != nil
}

// size is about what a document takes in memory, in bytes.
func (d *document) size() int {
	n := 1024 // headers and bookkeeping
	for _, f := range d.forms {
		n += cap(f.body)
	}
	return n
}
