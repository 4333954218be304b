package mastodon

import (
	"context"
	"net/http"
	"testing"

	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

func TestABreakAtAnyByteNeverPostsTwice(t *testing.T) {
	t.Parallel()
	good := platformtest.Good{Status: 200, Body: `{"id":"42"}`}
	platformtest.BreakEverywhere(t, good, func(ctx context.Context, url string, transport http.RoundTripper) error {
		_, err := client(t, Options{Server: url, Transport: transport}).Post(ctx, platform.Post{Text: "a", Key: "k"})
		return err
	})
}
