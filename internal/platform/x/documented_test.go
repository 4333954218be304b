package x

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

func TestEveryDocumentedErrorHasItsClass(t *testing.T) {
	t.Parallel()
	want := map[string]delivery.Class{
		"invalid-request": permanent, "too-long": permanent, "too-long-400": permanent, "duplicate": permanent, "not-permitted": permanent, "media-invalid": refused, "forbidden": auth,
		"unauthorized": auth, "unsupported-authentication": auth, "oauth1-permissions": auth, "v1.1-access": auth,
		"credits-depleted": noQuota, "spend-cap": noQuota, "usage-cap": noQuota,
		"too-many-requests": throttle, "rate-limit-exceeded": throttle,
		"not-found-empty": ambiguous, "unavailable": ambiguous,
		"server-error": ambiguous, "bad-gateway": ambiguous, "gateway-timeout": ambiguous,
	}
	server := startSandbox(t, sandbox.Options{V11: true})
	for _, api := range []string{"v2", "v1.1"} {
		c := sandboxClient(t, server, api)
		got := map[string]delivery.Class{}
		for name := range sandbox.XErrors() {
			if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: name}); err != nil {
				t.Fatal(err)
			}
			_, err := c.Post(t.Context(), platform.Post{Text: fmt.Sprintf("%s of %s", name, api)})
			if err == nil {
				t.Errorf("%s: %s was taken for a success", api, name)
				continue
			}
			got[name] = platform.AsError(err).Class
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", api, diff)
		}
	}
	if posts := server.Posts(); len(posts) != 0 {
		t.Errorf("posted all the same: %+v", posts)
	}
}
