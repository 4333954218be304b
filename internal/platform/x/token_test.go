package x

import (
	"context"
	"errors"
	"strings"
	"testing"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

// tokens gives one after the other.
type tokens struct {
	list     []string
	rejected []string
	again    bool
}

func (k *tokens) client(t *testing.T, url string) *Client {
	t.Helper()
	c, err := New(Options{
		BaseURL: url, WebURL: url,
		Token: func(context.Context) (string, error) { return k.list[len(k.rejected)], nil },
		Rejected: func(token string) bool {
			k.rejected = append(k.rejected, token)
			return k.again
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestATokenThatIsOverIsNoMatterOfTheAccount(t *testing.T) {
	server := startSandbox(t, sandbox.Options{})
	k := &tokens{list: []string{"over-token-1", server.Credentials().Bearer}, again: true}
	c := k.client(t, server.URL)
	_, err := c.Post(t.Context(), platform.Post{Text: "a post"})
	if platform.AsError(err).Class != delivery.Refused || strings.Contains(err.Error(), "over-token-1") {
		t.Fatalf("%v", err)
	}
	if _, err := c.Post(t.Context(), platform.Post{Text: "a post"}); err != nil || len(server.Posts()) != 1 {
		t.Errorf("%v, %d posts", err, len(server.Posts()))
	}
	if len(k.rejected) != 1 || k.rejected[0] != "over-token-1" {
		t.Errorf("rejected %q", k.rejected)
	}
}

func TestATokenThatIsRefusedForGoodStopsTheAccount(t *testing.T) {
	server := startSandbox(t, sandbox.Options{})
	c := (&tokens{list: []string{"bad-token-1", "bad-token-1"}}).client(t, server.URL)
	if _, err := c.Verify(t.Context()); platform.AsError(err).Class != delivery.Auth {
		t.Errorf("%v", err)
	}
}

func TestWithoutATokenNothingIsSentAndTheClassIsItsGivers(t *testing.T) {
	server := startSandbox(t, sandbox.Options{})
	for _, class := range []delivery.Class{delivery.Refused, delivery.Auth} {
		c, err := New(Options{BaseURL: server.URL, Token: func(context.Context) (string, error) {
			return "", &platform.Error{Class: class, Err: errors.New("no token")}
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, posted := c.Post(t.Context(), platform.Post{Text: "a post"})
		_, verified := c.Verify(t.Context())
		for _, err := range []error{posted, verified} {
			if platform.AsError(err).Class != class || !strings.Contains(err.Error(), "no token") {
				t.Errorf("%v, want class %s", err, class)
			}
		}
	}
	if n := len(server.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}
