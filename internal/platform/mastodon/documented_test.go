package mastodon

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/sandbox"
)

func TestEveryDocumentedErrorHasItsClass(t *testing.T) {
	t.Parallel()
	want := map[string]delivery.Class{
		"parameter-missing": permanent, "gotosocial-too-long": permanent, "gotosocial-bad-language": permanent, "gotosocial-bad-media": permanent,
		"too-long": permanent, "blank": permanent, "disallowed-hashtag": permanent, "media-too-many": permanent, "teapot": permanent,
		"media-not-processed": refused, "media-not-found": permanent, "media-type": permanent, "media-unprocessable": permanent,
		"token-invalid": auth, "token-expired": auth, "token-revoked": auth, "snac-unauthorized": auth, "outside-scopes": auth,
		"login-disabled": auth, "not-allowed": auth, "record-not-found": auth, "reply-gone": auth, "wrong-address": auth,
		"too-many-requests":  throttle,
		"success-without-id": ambiguous, "success-that-says-an-error": ambiguous, "unavailable": ambiguous,
		"server-error": ambiguous, "bad-gateway": ambiguous, "gateway-timeout": ambiguous,
	}
	server := startSandbox(t, sandbox.Options{})
	c := sandboxClient(t, server)
	got := map[string]delivery.Class{}
	for name := range sandbox.MastodonErrors() {
		if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: name}); err != nil {
			t.Fatal(err)
		}
		_, err := c.Post(t.Context(), platform.Post{Text: name})
		if err == nil {
			t.Errorf("%s was taken for a success", name)
			continue
		}
		got[name] = platform.AsError(err).Class
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if posts := server.Posts(); len(posts) != 0 {
		t.Errorf("posted all the same: %+v", posts)
	}
}
