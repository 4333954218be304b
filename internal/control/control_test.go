package control

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/outbox"
)

// newService is a service on a real outbox with two accounts that are never run.
func newService(t *testing.T) *Service {
	t.Helper()
	ob, err := outbox.Open(filepath.Join(t.TempDir(), "outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ob.Verify(); err != nil {
			t.Errorf("outbox: %v", err)
		}
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	})
	account := func(name string, limit int) dispatch.Account {
		return dispatch.Account{
			Name: name, Platform: "mastodon", Link: true, Default: delivery.Limits{MaxCharacters: limit},
			Measure: func(text, _ string, _ delivery.Limits) int { return len([]rune(text)) },
			Cost:    func(string) float64 { return 0 },
		}
	}
	engine, err := dispatch.New(dispatch.Options{
		Outbox: ob, Accounts: []dispatch.Account{account("long", 500), account("short", 150)},
		PageURL: func(slug string) string { return "https://news.example.org/" + slug },
	})
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return &Service{Outbox: ob, Engine: engine, Zone: zone}
}

// overSocket serves a service on a socket and returns its client.
func overSocket(t *testing.T, api API) *Client {
	t.Helper()
	_, path := serveSocket(t, Handler(api))
	c, err := Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serveSocket serves on a socket until the test ends or closes the server.
func serveSocket(t *testing.T, h http.Handler) (srv *http.Server, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "control.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	srv = &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return srv, path
}

func request(t *testing.T, text string) Request {
	t.Helper()
	r, err := article.Read("essai.txt", []byte(text), article.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Request{Article: r}
}

const brief = "Le port de Brest rouvre lundi 🚢 Les ferries reprennent après trois semaines de travaux. #Brest\n\nSource: https://example.org/port\n\nLe corps.\n"

// both runs a test directly on a service and through its socket.
func both(t *testing.T, run func(t *testing.T, s *Service, api API)) {
	t.Run("offline", func(t *testing.T) { s := newService(t); run(t, s, s) })
	t.Run("socket", func(t *testing.T) { s := newService(t); run(t, s, overSocket(t, s)) })
}

func TestEnqueueStoresAndAnswersAlikeOfflineAndOverTheSocket(t *testing.T) {
	both(t, func(t *testing.T, _ *Service, api API) {
		ctx := context.Background()
		got, err := api.Enqueue(ctx, []Request{request(t, brief)})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || len(got[0].Deliveries) != 2 || got[0].Existing || got[0].URL != "https://news.example.org/le-port-de-brest-rouvre-lundi" {
			t.Fatalf("answer %+v", got)
		}
		again, err := api.Enqueue(ctx, []Request{request(t, brief)})
		if err != nil || !again[0].Existing || again[0].ID != got[0].ID {
			t.Errorf("the same article again: %+v, %v: want the first one's ID", again, err)
		}
		story, err := api.Show(ctx, got[0].ID)
		if err != nil || story.Title != "Le port de Brest rouvre lundi" || len(story.Deliveries) != 2 {
			t.Errorf("story %+v, %v", story, err)
		}
		var listed []string
		err = api.List(ctx, ListFilter{State: "scheduled", Account: "long"}, func(d ListedDelivery) error {
			listed = append(listed, d.ID)
			return nil
		})
		if diff := cmp.Diff([]string{got[0].ID + ".long"}, listed); diff != "" || err != nil {
			t.Errorf("list (-want +got): %s %v", diff, err)
		}
		st, err := api.Status(ctx)
		if err != nil || st.Counts["scheduled"] != 2 || st.Ready {
			t.Errorf("status %+v, %v", st, err)
		}
	})
}

func TestOneBadArticleStoresNone(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		bad := request(t, strings.Replace(brief, "example.org/port", "example.org/autre", 1))
		bad.Article.Article.Source = "javascript:alert(1)"
		_, err := api.Enqueue(t.Context(), []Request{request(t, brief), bad})
		var in *InputError
		if !errors.As(err, &in) || !strings.Contains(err.Error(), "javascript:") {
			t.Errorf("error %v: want the operator's mistake, with the value", err)
		}
		if c, err := s.Outbox.Counts(""); err != nil || c[delivery.Scheduled] != 0 {
			t.Errorf("stored all the same: %v %v", c, err)
		}
	})
}

func TestWhatCannotFitIsRefusedWithTheAccountsName(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		r := request(t, brief)
		r.Article.Article.Slug = strings.Repeat("long-", 15) + "slug"
		for i := range s.Engine.Accounts() {
			s.Engine.Accounts()[i].Limit = 60
		}
		_, err := api.Enqueue(t.Context(), []Request{r})
		var in *InputError
		if !errors.As(err, &in) || !strings.Contains(err.Error(), `account "short"`) || !strings.Contains(err.Error(), `account "long"`) {
			t.Errorf("error %v: want both accounts named", err)
		}
	})
}

func TestWishes(t *testing.T) {
	s := newService(t)
	for _, row := range []struct {
		name string
		wish func(*Request)
		want string // part of the error; empty: taken
	}{
		{"nothing", func(*Request) {}, ""},
		{"an account", func(r *Request) { r.Accounts = []string{"short"} }, ""},
		{"an unknown account", func(r *Request) { r.Accounts = []string{"shrot"} }, `account "shrot" is not configured: want one of "long", "short"`},
		{"the article's unknown account", func(r *Request) { r.Article.Article.Accounts = []string{"shrot"} }, `account "shrot"`},
		{"a wall time", func(r *Request) { r.At = "2031-07-01T08:30" }, ""},
		{"the skipped hour", func(r *Request) { r.At = "2031-03-30T02:30" }, "does not exist in Europe/Paris"},
		{"the past", func(r *Request) { r.At = "2001-01-01T00:00:00Z" }, "is past"},
		{"no time at all", func(r *Request) { r.At = "demain" }, `time "demain": want RFC 3339`},
		{"now and then", func(r *Request) { r.Now, r.At = true, "2031-07-01T08:30" }, "exclude each other"},
		{"expired before due", func(r *Request) { r.At, r.Expires = "2031-07-01T08:30", "2031-06-01T00:00:00Z" }, "before it is due"},
		{"a strange expiry", func(r *Request) { r.Expires = "bientôt" }, `expiry "bientôt"`},
		{"too much priority", func(r *Request) { r.Priority = 128 }, "want -128 to 127"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, brief)
			row.wish(&r)
			_, err := s.Preview(t.Context(), r)
			var in *InputError
			switch {
			case row.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.want != "" && (!errors.As(err, &in) || !strings.Contains(err.Error(), row.want)):
				t.Errorf("error %v, want %q", err, row.want)
			}
		})
	}
}

func TestAMomentIsReadInTheAccountsZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"2031-07-01T08:30":          "2031-07-01T06:30:00Z",
		"2031-12-01 08:30":          "2031-12-01T07:30:00Z",
		"2031-12-01T08:30:15":       "2031-12-01T07:30:15Z",
		"2031-07-01T08:30:00+09:00": "2031-06-30T23:30:00Z",
		"2031-10-26T02:30":          "2031-10-26T00:30:00Z", // occurs twice: the first
	} {
		got, err := parseMoment(in, zone)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v (%v), want %s", in, got, err, want)
		}
	}
}

func TestAMomentIsReadStrictly(t *testing.T) {
	now := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
	s := &Service{Zone: time.UTC}
	for _, at := range []string{
		"2026-12-01T8:30", "2026-12-01T8:30:00Z", "2026-12-01T08:30:00,5Z", "2026-12-01T08:30:00.5", "2026-12-01T08:30:00+24:00",
		"2026-12-01", "08:30", "demain", "2026-02-30T08:30", "9999-12-31T23:59:59Z", "2026-11-27T17:00", "2026-11-27T21:58:59Z",
	} {
		if due, err := s.due(Request{At: at}, dispatch.Pace{}, now); err == nil {
			t.Errorf("%q was taken for %v", at, due)
		}
	}
	if _, err := parseExpiry("9999-12-31T23:59:59Z", now); err == nil {
		t.Error("an end in the year 9999 was taken")
	}
}

func TestHistoryOfMoments(t *testing.T) {
	zone := time.FixedZone("UTC-5", -5*3600)
	now := time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC) // 17:00 there
	t.Run("inovector/mixpost#200: a valid future date refused as past", func(t *testing.T) {
		s := &Service{Zone: zone}
		due, err := s.due(Request{At: "2026-11-27T17:30"}, dispatch.Pace{}, now)
		if err != nil || !due.Equal(now.Add(30*time.Minute)) {
			t.Errorf("due %v, %v", due, err)
		}
	})
}

func TestAStaleSocketIsReplacedALiveOneRespected(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "control.sock")
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
		}
	}()
	if _, err := Listen(path); err == nil || !strings.Contains(err.Error(), "another daemon") {
		t.Errorf("a live socket: %v", err)
	}
	fi, err := os.Stat(path)
	if err != nil || fi.Mode().Perm() != 0o660 {
		t.Errorf("mode %v, %v: want 0660", fi.Mode(), err)
	}
	// A killed daemon leaves its socket behind.
	l.(interface{ SetUnlinkOnClose(bool) }).SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Listen(path)
	if err != nil {
		t.Fatalf("a stale socket: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a-file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(filepath.Join(filepath.Dir(file), "none", "c.sock")); err == nil || !strings.Contains(err.Error(), "its folder is not there: make it") {
		t.Errorf("no folder: %v", err)
	}
	if _, err := Listen(file); err == nil || !strings.Contains(err.Error(), "no socket") {
		t.Errorf("a file in the socket's place: %v", err)
	}
}

func TestNoDaemonIsTold(t *testing.T) {
	if _, err := Dial(t.Context(), filepath.Join(t.TempDir(), "control.sock")); !errors.Is(err, ErrNotRunning) {
		t.Errorf("error %v, want ErrNotRunning", err)
	}
}

func TestARequestWithoutEndIsRefused(t *testing.T) {
	s := newService(t)
	c := overSocket(t, s)
	r := request(t, brief)
	r.Article.Article.Body = strings.Repeat("a", maxRequest)
	_, err := c.Enqueue(t.Context(), []Request{r})
	if err == nil {
		t.Fatal("a request larger than the bound was taken")
	}
}
