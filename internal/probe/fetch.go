package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"crieur/internal/outside"
)

// Fetch reads what is at an http(s) address, whole and at most so many bytes, under the
// same rules as Gone: the public internet alone, few redirects, 30 s in all. Its errors
// leave the address to the caller, unless a redirect led to another.
func Fetch(ctx context.Context, address string, most int64, o Options) ([]byte, error) {
	data, err := fetch(ctx, address, most, o)
	var private *outside.PrivateError
	var asked *url.Error
	switch {
	case errors.As(err, &private):
		err = fmt.Errorf("it leads to %s, which is not public, and pictures are fetched from the public internet alone: save it beside the article and name the file", private.At)
	case errors.As(err, &asked) && asked.URL == address:
		err = asked.Err
	}
	if err != nil {
		return nil, err
	}
	return data, nil
}

func fetch(ctx context.Context, address string, most int64, o Options) (data []byte, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if err := askable(u); err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = timeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent(o.Site))
	client, end := newClient(o, o.allow())
	defer end()
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // what was read is read
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d, want 200", res.StatusCode)
	}
	data, err = io.ReadAll(io.LimitReader(res.Body, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("it has more than %d MB", most>>20)
	}
	return data, err
}
