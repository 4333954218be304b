package sandbox

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"
)

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, w, h))))
	return b.Bytes()
}

// uploadOf is a multipart upload; pairs are its text fields.
func uploadOf(t *testing.T, address, name string, file []byte, pairs ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		must(t, form.WriteField(pairs[i], pairs[i+1]))
	}
	if file != nil {
		part, err := form.CreateFormFile(name, "upload")
		must(t, err)
		_, err = part.Write(file)
		must(t, err)
	}
	must(t, form.Close())
	return request(t, "POST", address, b.String(), "Content-Type", form.FormDataContentType())
}

func TestXTakesPicturesAsDocumented(t *testing.T) {
	s := start(t, Options{Uploads: 9})
	c := signer(t, s.X)
	good := pngOf(t, 8, 6)
	at := s.X.URL + "/2/media/upload"
	for _, bad := range []struct {
		r    *http.Request
		want string
	}{
		{uploadOf(t, at, "media", nil, "media_category", "tweet_image"), "$.media: is missing"},
		{uploadOf(t, at, "media", good), "media_category"},
		{uploadOf(t, at, "media", []byte("<svg/>"), "media_category", "tweet_image"), "media type unrecognized"},
		{uploadOf(t, at, "media", good, "media_category", "tweet_image", "media_type", "image/jpeg"), "media type unrecognized"},
		{request(t, "POST", at, `{}`, "Content-Type", "application/json"), "multipart/form-data"},
		{uploadOf(t, at, "media", append(bytes.Clone(good), make([]byte, 5<<20)...), "media_category", "tweet_image"), "file size exceeds"},
	} {
		if a := send(t, c, bad.r); a.Status != 400 || !strings.Contains(a.Body, bad.want) {
			t.Errorf("%d %s, want %s", a.Status, a.Body, bad.want)
		}
	}
	a := send(t, c, uploadOf(t, at, "media", good, "media_category", "tweet_image"))
	id := a.field(t, "data", "id")
	equal(t, "3_"+id, a.field(t, "data", "media_key"))
	meta := func(id, alt string) answer {
		return send(t, c, request(t, "POST", s.X.URL+"/2/media/metadata", `{"id":"`+id+`","metadata":{"alt_text":{"text":"`+alt+`"}}}`, "Content-Type", "application/json"))
	}
	if meta(id, "un port").Status != 200 || meta("1", "un port").Status != 400 || meta(id, strings.Repeat("a", 1001)).Status != 400 {
		t.Error("descriptions are not judged as documented")
	}
	post := func(body string) answer {
		return send(t, c, request(t, "POST", s.X.URL+"/2/tweets", body, "Content-Type", "application/json"))
	}
	equal(t, 400, post(`{"text":"a","media":{"media_ids":["1"]}}`).Status)
	equal(t, 400, post(`{"text":"a","media":{}}`).Status)
	equal(t, 201, post(`{"text":"a","media":{"media_ids":["`+id+`"]}}`).Status)
	m := s.X.Posts()[0].Media[0]
	if m.Alt != "un port" || m.Width != 8 || m.Height != 6 || m.Type != "image/png" || len(m.Metadata) != 0 {
		t.Errorf("%+v", m)
	}
	for range 2 {
		send(t, c, uploadOf(t, at, "media", good, "media_category", "tweet_image"))
	}
	equal(t, 429, send(t, c, uploadOf(t, at, "media", good, "media_category", "tweet_image")).Status)
}

func TestXForgetsPictures(t *testing.T) {
	s := start(t, Options{MediaLife: time.Nanosecond})
	c := signer(t, s.X)
	a := send(t, c, uploadOf(t, s.X.URL+"/2/media/upload", "media", pngOf(t, 8, 6), "media_category", "tweet_image"))
	body := `{"text":"a","media":{"media_ids":["` + a.field(t, "data", "id") + `"]}}`
	a = send(t, c, request(t, "POST", s.X.URL+"/2/tweets", body, "Content-Type", "application/json"))
	if a.Status != 400 || !strings.Contains(a.Body, "Your media IDs are invalid.") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

func TestMastodonTakesPicturesAsDocumented(t *testing.T) {
	s := start(t, Options{MediaPolls: 1, Uploads: 4})
	m, c := s.Mastodon, freshClient(t)
	at := m.URL + "/api/v2/media"
	upload := func(file []byte, pairs ...string) answer {
		return send(t, c, bearer(uploadOf(t, at, "file", file, pairs...), m.Token()))
	}
	state := func(id string) answer {
		return send(t, c, bearer(request(t, "GET", m.URL+"/api/v1/media/"+id, ""), m.Token()))
	}
	equal(t, 422, upload(nil).Status)
	equal(t, 422, upload([]byte("<svg/>")).Status)
	equal(t, 422, upload(pngOf(t, 8, 6), "description", strings.Repeat("a", 1501)).Status)
	a := upload(pngOf(t, 8, 6), "description", "un port")
	equal(t, 202, a.Status)
	equal(t, "<nil>", a.field(t, "url"))
	id := a.field(t, "id")
	if a := send(t, c, tootRequest(t, m, "a", "media_ids[]", id)); a.Status != 422 || !strings.Contains(a.Body, "have not finished processing") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	equal(t, 206, state(id).Status)
	equal(t, 200, state(id).Status)
	equal(t, 404, state("1").Status)
	a = send(t, c, tootRequest(t, m, "a", "media_ids[]", id))
	equal(t, 200, a.Status)
	if !strings.Contains(a.Body, `"description":"un port"`) {
		t.Errorf("%s", a.Body)
	}
	if a := send(t, c, tootRequest(t, m, "b", "media_ids[]", id)); a.Status != 422 || !strings.Contains(a.Body, "already attached") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	equal(t, 429, upload(pngOf(t, 8, 6)).Status)
	if got := m.Posts()[0].Media[0]; got.Alt != "un port" || got.PostID == "" {
		t.Errorf("%+v", got)
	}
}

func TestWhatComesBesideThePixelsIsSeen(t *testing.T) {
	data := append(pngOf(t, 8, 6), "Exif\x00\x00 GPS http://ns.adobe.com/xap"...)
	m, problem := receive(data, time.Now(), "1", 0)
	if problem != "" {
		t.Fatal(problem)
	}
	equal(t, []string{"EXIF", "XMP"}, m.Metadata)
}
