package daemon

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crieur/config"
	"crieur/internal/alert"
	"crieur/internal/dispatch"
	"crieur/internal/platform/platformtest"
	"crieur/internal/sandbox"
)

// watched is a generation whose alerts are kept.
func watched(t *testing.T, cfg config.Config) (g *generation, told func() []string) {
	t.Helper()
	var mu sync.Mutex
	var texts []string
	cfg.Alerts = []config.Alert{{URL: "generic://kept"}}
	n, err := alert.New(alert.Options{Places: cfg.Alerts, Transport: func(string) (alert.SendFunc, error) {
		return func(_, text string) error {
			mu.Lock()
			defer mu.Unlock()
			texts = append(texts, text)
			return nil
		}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := service(cfg, nil, nil, "test", dispatch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go n.Run(ctx)
	t.Cleanup(cancel)
	return &generation{cfg: cfg, service: s, alerts: n}, func() []string {
		time.Sleep(time.Minute)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), texts...)
	}
}

func TestASilenceIsToldOnceAndSoIsItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := config.Sample()
		cfg.Accounts[0].MaxSilence = config.Duration(24 * time.Hour)
		g, told := watched(t, cfg)
		s := silences{began: time.Now(), told: map[string]time.Time{}}
		var last time.Time
		look := func() time.Time {
			next, err := s.look(g, func(string) (time.Time, bool, error) { return last, !last.IsZero(), nil }, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			return next
		}
		last = time.Now().Add(-23 * time.Hour)
		if next := look(); !next.Equal(last.Add(24 * time.Hour)) {
			t.Errorf("looks again at %v", next)
		}
		time.Sleep(time.Hour)
		look()
		time.Sleep(5 * time.Hour)
		look()
		got := told()
		if len(got) != 1 || !strings.Contains(got[0], "silence on x: ") || !strings.Contains(got[0], "nothing posted since 31 Dec 01:00 UTC (max_silence is 24h)") {
			t.Fatalf("told %q", got)
		}
		last = time.Now()
		look()
		if got := told(); len(got) != 2 || !strings.Contains(got[1], "recovered (silence) on x: ") {
			t.Errorf("told %q", got)
		}
	})
}

func TestASilenceBeforeTheStartHasTimeToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := config.Sample()
		cfg.Accounts[0].MaxSilence = config.Duration(24 * time.Hour)
		g, told := watched(t, cfg)
		s := silences{began: time.Now(), told: map[string]time.Time{}}
		ago := time.Now().Add(-72 * time.Hour)
		next, err := s.look(g, func(string) (time.Time, bool, error) { return ago, true, nil }, time.Now())
		if err != nil || !next.Equal(s.began.Add(silenceGrace)) || len(told()) != 0 {
			t.Errorf("next %v, %v", next, err)
		}
		if _, err := s.look(g, func(string) (time.Time, bool, error) { return time.Time{}, false, errors.New("disk") }, time.Now().Add(48*time.Hour)); err == nil {
			t.Error("an outbox that cannot be read is silent")
		}
		if got := told(); len(got) != 0 {
			t.Errorf("told %q of what is not known", got)
		}
	})
}

func TestPagesOutOfReachAreToldAfterTwoLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := config.Sample()
		g, told := watched(t, cfg)
		d := &Daemon{opt: quiet()}
		ctx, cancel := context.WithCancel(t.Context())
		var down atomic.Bool
		var looks atomic.Int32
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			d.reach(ctx, g, func(context.Context) error {
				looks.Add(1)
				if down.Load() {
					return errors.New("connection refused")
				}
				return nil
			})
		}()
		time.Sleep(12 * time.Hour)
		if n := looks.Load(); n < 70 || n > 73 {
			t.Errorf("%d looks in twelve hours", n)
		}
		down.Store(true)
		time.Sleep(11 * time.Minute)
		if got := told(); len(got) != 1 || !strings.Contains(got[0], "cannot be reached under "+cfg.Site.BaseURL+": connection refused") {
			t.Errorf("told %q", got)
		}
		time.Sleep(5 * time.Hour)
		down.Store(false)
		time.Sleep(11 * time.Minute)
		if got := told(); len(got) != 2 || !strings.Contains(got[1], "recovered (pages)") {
			t.Errorf("told %q", got)
		}
		cancel()
		<-ended
	})
}

// The heart beats while all is well, and not while a person is needed.
func TestTheHeartbeatStopsWithAnAccount(t *testing.T) {
	var beats atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { beats.Add(1) }))
	t.Cleanup(srv.Close)
	cfg, box := newConfig(t)
	cfg.Heartbeat = config.Heartbeat{URL: srv.URL + "/token", Every: config.Duration(20 * time.Millisecond)}
	if err := box.X.Script(sandbox.Fault{Kind: sandbox.Documented, Name: "unauthorized", Times: 1}); err != nil {
		t.Fatal(err)
	}
	d, stop := start(t, cfg)
	defer stop()
	until(t, "beats", func() bool { return beats.Load() > 3 })
	enqueue(t, cfg, "")
	until(t, "a stopped account", func() bool {
		st, err := d.Service().Status(t.Context())
		return err == nil && st.Accounts[0].State == dispatch.StateStopped
	})
	until(t, "silence", func() bool {
		before := beats.Load()
		time.Sleep(300 * time.Millisecond)
		return beats.Load() == before
	})
	if err := d.Service().Resume(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	before := beats.Load()
	until(t, "beats again", func() bool { return beats.Load() > before+3 })
}

func TestAnAnswerOtherThanSuccessIsNoAnswerAndTellsNoToken(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	if err := ask(t.Context(), srv.URL+"/s3cr3t", "crieur/test"); err == nil || err.Error() != "it answered 404 Not Found" {
		t.Errorf("%v", err)
	}
	srv.Close()
	if err := ask(t.Context(), srv.URL+"/s3cr3t", "crieur/test"); err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v", err)
	}
}

// TestAnAnswerThatSwitchesProtocolsIsNotWaitedFor: no deadline ends reading the naked
// connection that follows, and neither a reload nor the daemon's end would come.
func TestAnAnswerThatSwitchesProtocolsIsNotWaitedFor(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(platformtest.SwitchProtocols))
	defer srv.Close()
	asked := make(chan error, 1)
	go func() { asked <- ask(t.Context(), srv.URL, "crieur/test") }()
	select {
	case err := <-asked:
		if err == nil || err.Error() != "it answered 101 Switching Protocols" {
			t.Errorf("%v", err)
		}
	case <-time.After(askWithin + 5*time.Second):
		t.Fatal("the question does not end")
	}
}
