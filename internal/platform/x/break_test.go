package x

import (
	"context"
	"net/http"
	"testing"

	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

func TestABreakAtAnyByteNeverPostsTwice(t *testing.T) {
	t.Parallel()
	for api, good := range map[string]platformtest.Good{
		"v2":   {Status: 201, Body: `{"data":{"id":"42","text":"a"}}`},
		"v1.1": {Status: 200, Body: `{"id":42,"id_str":"42"}`},
	} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			platformtest.BreakEverywhere(t, good, func(ctx context.Context, url string, transport http.RoundTripper) error {
				_, err := client(t, Options{BaseURL: url, API: api, Transport: transport}).Post(ctx, platform.Post{Text: "a", Key: "k"})
				return err
			})
		})
	}
}
