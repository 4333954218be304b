package mastodon

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
	"crieur/internal/sandbox"
)

// aPicture is a PNG of 8×6 pixels.
func aPicture(t testing.TB, alt string) platform.Media {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 8, 6))); err != nil {
		t.Fatal(err)
	}
	return platform.Media{Data: b.Bytes(), Type: "image/png", Alt: alt}
}

func TestAPictureIsUploadedDescribedAndAttached(t *testing.T) {
	t.Parallel()
	for _, flavour := range []sandbox.Flavour{sandbox.Mastodon45, sandbox.Mastodon46, sandbox.GoToSocial} {
		for polls := range 3 {
			server := startSandbox(t, sandbox.Options{Flavour: flavour, MediaPolls: polls})
			c := sandboxClient(t, server)
			id, err := c.Upload(t.Context(), aPicture(t, "Le port & ses « grues »"))
			if err != nil {
				t.Fatalf("%s: %v", flavour, err)
			}
			if _, err := c.Post(t.Context(), platform.Post{Text: "avec image", MediaID: id, Key: "k"}); err != nil {
				t.Fatalf("%s: %v", flavour, err)
			}
			posts := server.Posts()
			if len(posts) != 1 || len(posts[0].Media) != 1 {
				t.Fatalf("%+v", posts)
			}
			if m := posts[0].Media[0]; m.Alt != "Le port & ses « grues »" || m.Width != 8 || m.Height != 6 || m.ID != id {
				t.Errorf("%s: %+v", flavour, m)
			}
		}
	}
}

func TestAPictureThatIsNeverProcessedIsGivenUp(t *testing.T) {
	t.Parallel()
	c := sandboxClient(t, startSandbox(t, sandbox.Options{MediaPolls: 1000}))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := c.Upload(ctx, aPicture(t, "")); platform.AsError(err).Class != refused {
		t.Error(err)
	}
}

// TestWhatAnAnswerToAnUploadMeans: nothing is ever ambiguous, and an account that may
// post is not stopped.
func TestWhatAnAnswerToAnUploadMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		documented string
		class      delivery.Class
		noUpload   bool
	}{
		{"token-invalid", auth, false}, {"login-disabled", auth, false}, {"outside-scopes", auth, true}, {"wrong-address", auth, true},
		{"too-many-requests", throttle, false}, {"media-type", permanent, false}, {"unavailable", refused, false},
		{"server-error", refused, false}, {"bad-gateway", refused, false}, {"success-without-id", refused, false}, {"success-that-says-an-error", refused, false},
	} {
		server := startSandbox(t, sandbox.Options{})
		if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: c.documented, On: sandbox.OpUpload}); err != nil {
			t.Fatal(err)
		}
		_, err := sandboxClient(t, server).Upload(t.Context(), aPicture(t, "alt"))
		e := platform.AsError(err)
		if e == nil || e.Class != c.class || errors.Is(err, platform.ErrNoUpload) != c.noUpload {
			t.Errorf("%s: %v", c.documented, err)
		}
	}
}

func TestWhatAnAnswerToTheQuestionMeans(t *testing.T) {
	t.Parallel()
	for name, class := range map[string]delivery.Class{
		"media-unprocessable": permanent, "record-not-found": refused, "too-many-requests": throttle, "server-error": refused, "token-revoked": auth,
	} {
		server := startSandbox(t, sandbox.Options{MediaPolls: 2})
		if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: name, On: sandbox.OpMedia}); err != nil {
			t.Fatal(err)
		}
		_, err := sandboxClient(t, server).Upload(t.Context(), aPicture(t, "alt"))
		if e := platform.AsError(err); e == nil || e.Class != class {
			t.Errorf("%s: %v, want %s", name, err, class)
		}
	}
}

func TestATokenWithoutTheScopeMayStillPost(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{Scopes: "write:statuses read:statuses profile"})
	c := sandboxClient(t, server)
	if _, err := c.Upload(t.Context(), aPicture(t, "")); !errors.Is(err, platform.ErrNoUpload) {
		t.Errorf("%v", err)
	}
	if _, err := c.Post(t.Context(), platform.Post{Text: "a"}); err != nil {
		t.Error(err)
	}
}

func TestAnUploadThatFailsOnTheWireWasNoPost(t *testing.T) {
	t.Parallel()
	for _, f := range platformtest.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			server := platformtest.Start(t, f, platformtest.Good{Status: 200, Body: `{"id":"12","url":"https://m.example/12"}`})
			c := client(t, Options{Server: server.URL, Timeout: 100 * time.Millisecond})
			_, err := c.Upload(t.Context(), aPicture(t, "alt"))
			noSecrets(t, err)
			switch e := platform.AsError(err); {
			case f.Class == delivery.OK && err != nil:
				t.Error(err)
			case f.Class != delivery.OK && (e == nil || e.Class == delivery.Ambiguous || e.Class == delivery.Permanent):
				t.Errorf("%v, want one that allows another try", err)
			}
			if server.Posts() > 1 {
				t.Errorf("%d uploads of one", server.Posts())
			}
		})
	}
}

// TestAPictureThatIsGoneRefusesThePost: it is uploaded anew with the next attempt.
func TestAPictureThatIsGoneRefusesThePost(t *testing.T) {
	t.Parallel()
	for _, flavour := range []sandbox.Flavour{sandbox.Mastodon46, sandbox.GoToSocial} {
		server := startSandbox(t, sandbox.Options{Flavour: flavour})
		_, err := sandboxClient(t, server).Post(t.Context(), platform.Post{Text: "a", MediaID: "12"})
		if e := platform.AsError(err); e == nil || e.Class != refused || len(server.Posts()) != 0 {
			t.Errorf("%s: %v", flavour, err)
		}
	}
}

func TestTheInstanceTellsWhatItTakesOfAPicture(t *testing.T) {
	t.Parallel()
	l, err := sandboxClient(t, startSandbox(t, sandbox.Options{Flavour: sandbox.Mastodon46})).Limits(t.Context())
	if err != nil || l.MediaBytes != 16<<20 || l.MediaPixels != 33_177_600 || l.AltCharacters != 10_000 {
		t.Errorf("%+v %v", l, err)
	}
}
