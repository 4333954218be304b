package x

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"net/http"
	"strings"
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
	for _, api := range []string{"v2", "v1.1"} {
		for _, alt := range []string{"Le port <de> Brest & ses « grues »", ""} {
			server := startSandbox(t, sandbox.Options{V11: true})
			c := sandboxClient(t, server, api)
			id, err := c.Upload(t.Context(), aPicture(t, alt))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Post(t.Context(), platform.Post{Text: "avec image", MediaID: id}); err != nil {
				t.Fatal(err)
			}
			posts := server.Posts()
			if len(posts) != 1 || len(posts[0].Media) != 1 {
				t.Fatalf("%+v", posts)
			}
			if m := posts[0].Media[0]; m.Alt != alt || m.Width != 8 || m.Height != 6 || m.Type != "image/png" || m.ID != id {
				t.Errorf("%s: %+v", api, m)
			}
			for _, r := range server.Requests() {
				if alt == "" && r.Op == sandbox.OpMetadata {
					t.Error("no description was paid for")
				}
			}
		}
	}
}

func TestAPictureThatIsStillProcessedIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{MediaPolls: 1})
	c := sandboxClient(t, server, "v2")
	id, err := c.Upload(t.Context(), aPicture(t, "alt"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Post(t.Context(), platform.Post{Text: "a", MediaID: id}); err != nil {
		t.Error(err)
	}
	slow := sandboxClient(t, startSandbox(t, sandbox.Options{MediaPolls: 1000}), "v2")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := slow.Upload(ctx, aPicture(t, "")); platform.AsError(err).Class != delivery.Refused {
		t.Errorf("a picture that never ends: %v", err)
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
		{"unauthorized", auth, false}, {"oauth1-permissions", auth, false}, {"forbidden", auth, true}, {"not-permitted", auth, true}, {"unsupported-authentication", auth, true}, {"not-found-empty", auth, true},
		{"credits-depleted", noQuota, false}, {"spend-cap", noQuota, false}, {"too-many-requests", throttle, false},
		{"invalid-request", permanent, false}, {"unavailable", refused, false}, {"bad-gateway", refused, false}, {"server-error", refused, false},
	} {
		for _, op := range []sandbox.Op{sandbox.OpUpload, sandbox.OpMetadata} {
			server := startSandbox(t, sandbox.Options{})
			if err := server.Script(sandbox.Fault{Kind: sandbox.Documented, Name: c.documented, On: op}); err != nil {
				t.Fatal(err)
			}
			_, err := sandboxClient(t, server, "v2").Upload(t.Context(), aPicture(t, "alt"))
			e := platform.AsError(err)
			if e == nil || e.Class != c.class || errors.Is(err, platform.ErrNoUpload) != c.noUpload {
				t.Errorf("%s on %s: %v", c.documented, op, err)
			}
		}
	}
	for body, class := range map[string]delivery.Class{
		`{"data":{"id":"12","processing_info":{"state":"failed","error":{"message":"InvalidMedia"}}}}`: permanent,
		`{"data":{}}`: refused, `{"data":{"id":"x"}}`: refused, `<html>`: refused, ``: refused, `{"errors":[{"detail":"no"}]}`: refused,
	} {
		server := answering(t, said{status: 200, body: body})
		_, err := client(t, Options{BaseURL: server.URL}).Upload(t.Context(), aPicture(t, "alt"))
		if e := platform.AsError(err); e == nil || e.Class != class {
			t.Errorf("%s: %v, want %s", body, err, class)
		}
	}
	for body, c := range map[string]struct {
		class    delivery.Class
		noUpload bool
	}{
		`{"title":"Forbidden","detail":"You are not permitted to perform this action.","status":403}`: {auth, true},
		`{"title":"Forbidden","detail":"media type unrecognized.","status":403}`:                      {permanent, false},
		`{"title":"Forbidden","detail":"The file size exceeds the limit.","status":403}`:              {permanent, false},
		`<html>Forbidden`: {auth, true}, ``: {auth, true},
	} {
		server := answering(t, said{status: 403, body: body})
		_, err := client(t, Options{BaseURL: server.URL}).Upload(t.Context(), aPicture(t, "alt"))
		if e := platform.AsError(err); e == nil || e.Class != c.class || errors.Is(err, platform.ErrNoUpload) != c.noUpload {
			t.Errorf("403 %s: %v", body, err)
		}
	}
	large := answering(t, said{status: 413, body: "<html>"})
	if _, err := client(t, Options{BaseURL: large.URL}).Upload(t.Context(), aPicture(t, "")); platform.AsError(err).Class != permanent {
		t.Errorf("413: %v", err)
	}
}

func TestAnUploadThatFailsOnTheWireWasNoPost(t *testing.T) {
	t.Parallel()
	for _, f := range platformtest.Faults() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			server := platformtest.Start(t, f, platformtest.Good{Status: 200, Body: `{"data":{"id":"12"}}`})
			_, err := client(t, Options{BaseURL: server.URL, Timeout: 100 * time.Millisecond}).Upload(t.Context(), aPicture(t, ""))
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
	for _, api := range []string{"v2", "v1.1"} {
		server := startSandbox(t, sandbox.Options{V11: true, MediaLife: time.Nanosecond})
		c := sandboxClient(t, server, api)
		id, err := c.Upload(t.Context(), aPicture(t, "alt"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Post(t.Context(), platform.Post{Text: "a", MediaID: id})
		if e := platform.AsError(err); e == nil || e.Class != refused || len(server.Posts()) != 0 {
			t.Errorf("%s: %v", api, err)
		}
	}
}

// TestAPostWithAPictureIsFoundByItsText: X puts a link of its own behind the text.
func TestAPostWithAPictureIsFoundByItsText(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{})
	c := sandboxClient(t, server, "v2")
	begun := time.Now()
	id, err := c.Upload(t.Context(), aPicture(t, "alt"))
	if err != nil {
		t.Fatal(err)
	}
	post := platform.Post{Text: "Sans lien, voir https://example.org/a?b=1&c=2 ici", MediaID: id}
	r, err := c.Post(t.Context(), post)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Find(t.Context(), platform.Query{Text: post.Text, Since: begun})
	if err != nil || found.Receipt == nil || found.Receipt.PostID != r.PostID {
		t.Errorf("%+v, %v", found, err)
	}
	// v1.1 lists the link apart.
	var old entities
	if err := json.Unmarshal([]byte(`{"urls":[],"media":[{"url":"https://t.co/pic","expanded_url":"https://x.com/a/status/1/photo/1"}]}`), &old); err != nil {
		t.Fatal(err)
	}
	if got := old.expand("Sans &amp; lien https://t.co/pic"); got != "Sans & lien" {
		t.Errorf("%q", got)
	}
}

func TestOnlyTheDescriptionOfAPictureIsBilled(t *testing.T) {
	t.Parallel()
	server := startSandbox(t, sandbox.Options{})
	var seen platformtest.Usages
	who := server.Credentials()
	c, err := New(Options{
		BaseURL: server.URL, ConsumerKey: who.ConsumerKey, ConsumerSecret: who.ConsumerSecret,
		AccessToken: who.AccessToken, AccessTokenSecret: who.AccessTokenSecret, Observe: seen.Observe,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Upload(t.Context(), aPicture(t, "alt")); err != nil {
		t.Fatal(err)
	}
	us := seen.Take()
	if len(us) != 2 || us[0].Op != platform.OpUpload || us[0].Units != 0 || us[1].Op != platform.OpMetadata || us[1].Units != 1 {
		t.Errorf("%+v", us)
	}
	for _, u := range us {
		if len(u.Windows) == 0 || u.Windows[0].Limit != 500 || u.Windows[0].Remaining != 499 {
			t.Errorf("%s: %+v", u.Op, u.Windows)
		}
	}
}

func TestTheUploadFormIsWhatXDocuments(t *testing.T) {
	t.Parallel()
	body, kind, err := uploadForm(aPicture(t, ""))
	if err != nil || !strings.HasPrefix(kind, "multipart/form-data; boundary=") {
		t.Fatal(kind, err)
	}
	r, err := http.NewRequest(http.MethodPost, "http://x.invalid/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		t.Fatal(err)
	}
	if r.FormValue("media_category") != "tweet_image" || r.FormValue("media_type") != "image/png" || len(r.MultipartForm.File["media"]) != 1 {
		t.Errorf("%+v", r.MultipartForm)
	}
}
