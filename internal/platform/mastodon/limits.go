package mastodon

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// What Mastodon itself has, for a server that does not say, and the most that is believed.
const (
	defaultCharacters = 500
	defaultURLLength  = 23
	mostCharacters    = 1_000_000
	mostURLLength     = 10_000
	mostMedia         = 1<<31 - 1 // bytes or pixels
	mostAlt           = 100_000
)

// Limits reads the instance: v2, else v1, else what Mastodon has. An error means
// that the server could not be asked, so the last good value still holds.
func (c *Client) Limits(ctx context.Context) (delivery.Limits, error) {
	for _, address := range []string{"/api/v2/instance", "/api/v1/instance"} {
		answer, err := c.get(ctx, address)
		if err != nil {
			return delivery.Limits{}, err
		}
		if limits, ok := readLimits(answer); ok {
			return limits, nil
		}
	}
	return delivery.Limits{MaxCharacters: defaultCharacters, URLLength: defaultURLLength, CodePoints: true, ReadAt: time.Now()}, nil
}

// get returns an answer that is 200 or says that there is no such page.
func (c *Client) get(ctx context.Context, address string) (platform.Answer, error) {
	answer, call, err := c.ask(ctx, platform.OpOther, address)
	if err != nil {
		return platform.Answer{}, err
	}
	switch answer.Status {
	case http.StatusOK, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone, http.StatusNotImplemented:
		return answer, nil
	}
	return platform.Answer{}, call.Failure(refusal(answer))
}

// ask sends a GET and returns whatever is answered, and the call that errors go through.
func (c *Client) ask(ctx context.Context, op platform.Op, address string) (platform.Answer, *platform.Call, error) {
	call := c.wire.Call(op)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+address, http.NoBody)
	if err != nil {
		return platform.Answer{}, call, call.Failure(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token) // servers in limited federation show nothing without
	resp, err := platform.NewHTTPClient(call).Do(req)
	if err == nil {
		err = resp.Body.Close()
	}
	answer, ok := call.Answer()
	if !ok {
		return platform.Answer{}, call, call.Failure(err)
	}
	return answer, call, nil
}

// instance is what is wanted of GET /api/v2/instance and v1. Numbers are taken as
// they come: some servers quote them.
type instance struct {
	Version       string          `json:"version"`
	SourceURL     string          `json:"source_url"`     // v2 only
	MaxTootChars  platform.Scalar `json:"max_toot_chars"` // v1 of Pleroma and old forks
	Domain        string          `json:"domain"`         // v2
	URI           string          `json:"uri"`            // v1
	Configuration struct {
		Statuses struct {
			MaxCharacters platform.Scalar `json:"max_characters"`
			URLLength     platform.Scalar `json:"characters_reserved_per_url"`
		} `json:"statuses"`
		Media struct {
			Bytes  platform.Scalar `json:"image_size_limit"`
			Pixels platform.Scalar `json:"image_matrix_limit"`
			Alt    platform.Scalar `json:"description_limit"`
		} `json:"media_attachments"`
	} `json:"configuration"`
}

// readLimits reads an instance document; false: the answer is none.
func readLimits(a platform.Answer) (delivery.Limits, bool) {
	var i instance
	if a.Status != http.StatusOK || a.Err != nil || !a.Decode(&i) {
		return delivery.Limits{}, false
	}
	said := i.Configuration.Statuses
	if i.Version == "" && i.Domain == "" && i.URI == "" && said.MaxCharacters == "" {
		return delivery.Limits{}, false
	}
	return delivery.Limits{
		MaxCharacters: whole(mostCharacters, defaultCharacters, said.MaxCharacters, i.MaxTootChars),
		URLLength:     whole(mostURLLength, defaultURLLength, said.URLLength),
		CodePoints:    !i.isMastodon(),
		MediaBytes:    whole(mostMedia, 0, i.Configuration.Media.Bytes),
		MediaPixels:   whole(mostMedia, 0, i.Configuration.Media.Pixels),
		AltCharacters: whole(mostAlt, 0, i.Configuration.Media.Alt),
		ReadAt:        a.At,
	}, true
}

// whole returns the first candidate that is a number within 1..most, else otherwise.
func whole(most, otherwise int, candidates ...platform.Scalar) int {
	for _, n := range candidates {
		if i, err := strconv.Atoi(string(n)); err == nil && i >= 1 && i <= most {
			return i
		}
	}
	return otherwise
}

// plainVersion is how Mastodon and its forks write it: 4.6.5, 4.3.0-rc.1, 4.6.0+glitch.
// Others say "4.0.0 (compatible; …)"; GoToSocial is still 0.x.
var plainVersion = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[1-9]\d*\.\d+\.\d+([-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?$`)
})

// isMastodon tells whether the server is known to count as Mastodon does. In v2 the
// source says so (github.com/mastodon/mastodon or a fork that kept the name); v1 has
// only the version.
func (i instance) isMastodon() bool {
	version := strings.ToLower(i.Version)
	if !plainVersion().MatchString(version) || strings.Contains(version, "gotosocial") {
		return false
	}
	if i.Domain == "" && i.SourceURL == "" {
		return i.URI != ""
	}
	source, err := url.Parse(i.SourceURL)
	return err == nil && strings.EqualFold(path.Base(strings.TrimSuffix(source.Path, ".git")), "mastodon")
}
