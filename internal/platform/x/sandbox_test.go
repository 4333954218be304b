package x

import (
	"testing"

	"crieur/internal/sandbox"
)

func startSandbox(t *testing.T, o sandbox.Options) *sandbox.X {
	t.Helper()
	s, err := sandbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.X
}

// sandboxClient is a client with the sandbox's own credentials.
func sandboxClient(t *testing.T, server *sandbox.X, api string) *Client {
	t.Helper()
	who := server.Credentials()
	c, err := New(Options{
		BaseURL: server.URL, WebURL: server.URL, API: api,
		ConsumerKey: who.ConsumerKey, ConsumerSecret: who.ConsumerSecret, AccessToken: who.AccessToken, AccessTokenSecret: who.AccessTokenSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
