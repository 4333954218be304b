package alert

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nicholas-fedor/shoutrrr/pkg/router"

	"crieur/config"
)

func TestTheConfigurationKnowsEveryServiceOfTheLibrary(t *testing.T) {
	want := slices.DeleteFunc((&router.ServiceRouter{}).ListServices(), func(s string) bool { return s == "logger" })
	slices.Sort(want)
	if diff := cmp.Diff(want, config.AlertServices()); diff != "" {
		t.Errorf("(-library +configuration):\n%s", diff)
	}
}

type request struct{ Path, Title, Login, Body string }

// webServer answers with status, and passes on what it got.
func webServer(t *testing.T, status int) (host string, got chan request) {
	t.Helper()
	got = make(chan request, 16)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, password, _ := r.BasicAuth()
		got <- request{r.URL.String(), r.Header.Get("Title"), password, string(body)}
		w.WriteHeader(status)
		answer := "{}"
		if status == http.StatusUnauthorized {
			answer = `{"code":40101,"http":401,"error":"unauthorized"}` // as ntfy says it
		}
		if _, err := io.WriteString(w, answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	return strings.TrimPrefix(srv.URL, "http://"), got
}

func TestMessagesReachAWebHookAndNtfy(t *testing.T) {
	host, got := webServer(t, http.StatusOK)
	for url, want := range map[string]request{
		"generic+http://" + host + "/hook?token=s3cr3t": {"/hook?token=s3cr3t", "", "", "crieur news.example: 2 alerts\nheld on x-main: no answer (and 1 more)\ndead on fedi: refused é"},
		"generic://" + host + "/hook?disabletls=yes&template=json": {"/hook", "", "",
			`{"message":"crieur news.example: 2 alerts\nheld on x-main: no answer (and 1 more)\ndead on fedi: refused é","title":"crieur news.example: 2 alerts"}`},
		"ntfy://u:s3cr3t@" + host + "/topic?scheme=http": {"/topic", "crieur news.example: 2 alerts", "s3cr3t", "held on x-main: no answer (and 1 more)\ndead on fedi: refused é"},
	} {
		n, err := New(Options{Places: to(url), Site: "news.example"})
		if err != nil {
			t.Fatal(err)
		}
		n.Send(Message{Kind: "held", Account: "x-main", Text: "no answer"})
		n.Send(Message{Kind: "held", Account: "x-main", Text: "no answer"})
		n.Send(Message{Kind: "dead", Account: "fedi", Text: "refused é"})
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // the drain sends them
		n.Run(ctx)
		if diff := cmp.Diff(want, <-got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
		if len(got) > 0 {
			t.Errorf("%s: more than one request: %v", url, <-got)
		}
	}
}

func TestAWebHookIsUsedAgainAndAgain(t *testing.T) {
	host, got := webServer(t, http.StatusOK)
	n, err := New(Options{Places: to("generic+http://"+host+"/hook", "ntfy://"+host+"/topic?scheme=http")})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := n.Test(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(got) != 6 {
		t.Errorf("%d requests, want 6", len(got))
	}
}

func TestTestTellsWhichServiceDidNotTakeIt(t *testing.T) {
	good, _ := webServer(t, http.StatusOK)
	bad, _ := webServer(t, http.StatusUnauthorized)
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	defer close(release)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	n, err := New(Options{Places: to(
		"generic+http://"+good+"/s3cr3t",
		"generic+http://"+bad+"/s3cr3t?token=s3cr3t",
		"ntfy://u:s3cr3t@"+bad+"/s3cr3t?scheme=http",
		"generic+"+slow.URL+"/s3cr3t",
		"generic+"+gone.URL+"/s3cr3t",
		"ntfy://s3cr3t:s3cr3t@"+strings.TrimPrefix(gone.URL, "http://")+"/s3cr3t?scheme=http",
	)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	err = n.Test(ctx)
	if err == nil {
		t.Fatal("no error")
	}
	end := ": check its url and whether the service is up"
	want := []string{
		`alert number 2: service "generic": status 401 Unauthorized` + end,
		`alert number 3: service "ntfy": the login was refused` + end,
		`alert number 4: service "generic": no answer in time` + end,
		`alert number 5: service "generic": connection refused` + end,
		`alert number 6: service "ntfy": connection refused` + end,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewRefusesWhatNoServiceTakesWithoutTheSecret(t *testing.T) {
	_, err := New(Options{Places: to(
		"ntfy://ntfy.sh/topic",
		"ntfy://u:s3cr3t@ntfy.sh/", // no topic
		"telegram://s3cr3t@telegram?chats=1",
		"s3cr3t://host",
		"s3cr3t",
		"smtp://u:s3cr3t@:x/%zz",
		"ntfy://[redacted]",
		"logger://",
		"matrix://s3cr3t/",
		"slack+https://s3cr3t",
		"ntfy://ntfy.sh/topic?s3cr3t=s3cr3t",
	)})
	if err == nil {
		t.Fatal("no error")
	}
	like := func(n, service, out string) string {
		return "alert number " + n + ": url: service \"" + service + "\" does not take this address: " + out
	}
	anyService := `begin it with the name of a service, like "ntfy://ntfy.sh/your-topic"`
	want := []string{
		like("2", "ntfy", `write it like "ntfy://ntfy.sh/your-topic"`),
		like("3", "telegram", `write it like "telegram://TOKEN@telegram?chats=ID"`),
		like("4", "unknown", anyService),
		like("5", "unknown", anyService),
		like("6", "smtp", `write it like "smtp://USER:PASSWORD@mail.example.org:587/?from=crieur@example.org&to=you@example.org"`),
		like("7", "ntfy", `write it like "ntfy://ntfy.sh/your-topic"`),
		like("8", "unknown", anyService),
		like("9", "matrix", `write it like "matrix://USER:PASSWORD@matrix.example.org/?rooms=ROOM-ID"`),
		like("10", "slack", `write it like "slack://hook:A-B-C@webhook"`),
		like("11", "ntfy", `write it like "ntfy://ntfy.sh/your-topic"`),
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// matrix logs in while it is made.
func TestNewDoesNotTouchTheNetwork(t *testing.T) {
	host, got := webServer(t, http.StatusOK)
	_, err := New(Options{Places: to(
		"matrix://u:s3cr3t@"+host+"/?disabletls=yes&rooms=a", "generic+http://"+host+"/", "ntfy://"+host+"/t?scheme=http",
		"discord://s3cr3t@123", "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw4@telegram?chats=1",
		"smtp://u:s3cr3t@"+host+"/?from=a@example.org&to=b@example.org", "slack://hook:WNA3PBYV6-F20DUQND3RQ-Webc4MAvoacrpPakR8phF0zi@webhook",
		"zulip://bot:s3cr3t@zulip.example/?stream=a&topic=b", "pushover://shoutrrr:s3cr3t@s3cr3t/",
	)})
	if err != nil {
		t.Error(err)
	}
	if len(got) > 0 {
		t.Errorf("request: %v", <-got)
	}
}

func TestNoAddressMeansNobodyIsTold(t *testing.T) {
	n, err := New(Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	n.Send(Message{Kind: "held"})
	if err := n.Test(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n.Run(ctx)
	n.Close()
}
