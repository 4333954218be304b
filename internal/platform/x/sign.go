package x

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/dghubble/oauth1"

	"crieur/internal/platform"
)

// signer returns what signs requests with OAuth 1.0a, nil when a bearer token is
// set. Its error names the credentials that are missing, never a value.
func signer(o Options) (*oauth1.Transport, error) {
	type credential struct{ name, value string }
	four := []credential{
		{"consumer_key", o.ConsumerKey}, {"consumer_secret", o.ConsumerSecret},
		{"access_token", o.AccessToken}, {"access_token_secret", o.AccessTokenSecret},
	}
	var missing []string
	for _, c := range append(four, credential{"OAuth 2.0 access_token", o.BearerToken}) {
		if err := platform.CheckSecret(c.name, c.value); err != nil {
			return nil, err
		}
	}
	for _, c := range four {
		if c.value == "" {
			missing = append(missing, c.name)
		}
	}
	switch bearer := o.BearerToken != "" || o.Token != nil; {
	case bearer && len(missing) == len(four):
		return nil, nil
	case bearer:
		return nil, errors.New("credentials for OAuth 1.0a and OAuth 2.0 at once: keep one of the two")
	case len(missing) == len(four):
		return nil, errors.New("no credentials: want those of OAuth 1.0a or an OAuth 2.0 user token")
	case len(missing) > 0:
		return nil, fmt.Errorf("credentials for OAuth 1.0a lack %s", strings.Join(missing, ", "))
	}
	client := oauth1.NewConfig(o.ConsumerKey, o.ConsumerSecret).
		Client(oauth1.NoContext, oauth1.NewToken(o.AccessToken, o.AccessTokenSecret))
	signing, ok := client.Transport.(*oauth1.Transport)
	if !ok {
		return nil, fmt.Errorf("oauth1 signs with a %T, which this adapter does not know", client.Transport)
	}
	return signing, nil
}

// authorize returns a transport that adds the account's credentials and sends through call.
func (c *Client) authorize(call *platform.Call) http.RoundTripper {
	if c.oauth == nil {
		return &bearer{client: c, next: call}
	}
	signing := *c.oauth
	signing.Base = call
	return &signing
}

type bearer struct {
	client *Client
	next   *platform.Call
}

func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := b.client.token(req.Context())
	if err == nil {
		err = platform.CheckSecret("access_token", token)
	}
	if err != nil {
		if req.Body != nil {
			err = errors.Join(err, req.Body.Close())
		}
		return nil, err
	}
	b.client.wire.Hide(token)
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+token)
	resp, err := b.next.RoundTrip(out)
	// What became of a token is told here, where it is known which one was sent.
	if answer, ok := b.next.Answer(); ok && answer.Status == http.StatusUnauthorized && b.client.reject != nil {
		if b.client.reject(token) {
			b.next.Retry()
		}
	}
	return resp, err
}
