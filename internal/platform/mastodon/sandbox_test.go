package mastodon

import (
	"testing"

	"crieur/internal/sandbox"
)

func startSandbox(t *testing.T, o sandbox.Options) *sandbox.Mastodon {
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
	return s.Mastodon
}

// sandboxClient is a client with the sandbox's own token.
func sandboxClient(t *testing.T, server *sandbox.Mastodon) *Client {
	t.Helper()
	c, err := New(Options{Server: server.URL, AccessToken: server.Token()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
