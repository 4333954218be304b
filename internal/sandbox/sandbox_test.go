package sandbox

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestStartRefusesOptionsThatItCannotServe(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = taken.Close() }()
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{XAddr: "0.0.0.0:0"}, "not on loopback"},
		{Options{MastodonAddr: "192.0.2.1:80"}, "not on loopback"},
		{Options{XAddr: "nowhere"}, "nowhere"},
		{Options{Flavour: "pleroma"}, `"pleroma" is unknown`},
		{Options{XCreates: -1}, "XCreates -1 is not positive"},
		{Options{XAddr: taken.Addr().String()}, "x sandbox"},
		{Options{MastodonAddr: taken.Addr().String()}, "mastodon sandbox"},
	} {
		s, err := Start(c.o)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want …%s…", c.o, err, c.want)
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := Start(Options{})
	must(t, err)
	c := &http.Client{Transport: &http.Transport{}}
	must(t, s.X.Script(Fault{Kind: TimeoutAfter, For: time.Minute}, Fault{Kind: TimeoutBefore, On: OpMe}, Fault{Kind: Slow, For: time.Minute}))
	must(t, s.Mastodon.Script(Fault{Kind: RefuseConnection, For: time.Minute}))
	var wg sync.WaitGroup
	for _, r := range []*http.Request{
		bearer(tweet(t, s.X, "silence"), s.X.Credentials().Bearer),
		bearer(tweet(t, s.X, "drops"), s.X.Credentials().Bearer),
		bearer(request(t, "GET", s.X.URL+"/2/users/me", ""), s.X.Credentials().Bearer),
	} {
		wg.Go(func() {
			if a, err := try(c, r); err == nil {
				t.Errorf("answered %v after Close", a)
			}
		})
	}
	for len(s.X.Requests()) < 3 {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	must(t, s.Close())
	must(t, s.Close())
	wg.Wait()
	c.CloseIdleConnections()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Close took %s", took)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

func TestManyClientsAtOnceEachGetTheirOwnPost(t *testing.T) {
	s := start(t, Options{XCreates: 1000})
	const clients, each = 8, 10
	var wg sync.WaitGroup
	var mu sync.Mutex
	ids := map[string]bool{}
	for n := range clients {
		xc, mc := signer(t, s.X), freshClient(t)
		wg.Go(func() {
			for i := range each {
				text := fmt.Sprintf("client %d post %d", n, i)
				a, b := send(t, xc, tweet(t, s.X, text)), send(t, mc, tootRequest(t, s.Mastodon, text))
				if a.Status != 201 || b.Status != 200 {
					t.Errorf("%s: %d %s, %d %s", text, a.Status, a.Body, b.Status, b.Body)
				}
				mu.Lock()
				ids[a.field(t, "data", "id")], ids[b.field(t, "id")] = true, true
				mu.Unlock()
				_, _ = s.X.State(), s.Mastodon.State()
			}
		})
	}
	wg.Wait()
	equal(t, 2*clients*each, len(ids))
	equal(t, clients*each, len(s.X.Creates()))
	for text, n := range s.Mastodon.Creates() {
		if n != 1 {
			t.Errorf("%q was requested %d times", text, n)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s := start(t, Options{Remember: 3, XCreates: 100})
	c := signer(t, s.X)
	for i := range 20 {
		send(t, c, tweet(t, s.X, fmt.Sprint("post ", i)))
	}
	st := s.X.State()
	if len(st.Posts) > 6 || len(st.Requests) > 6 || len(st.Posts) < 3 || st.Posts[len(st.Posts)-1].Text != "post 19" {
		t.Errorf("kept %d posts and %d requests", len(st.Posts), len(st.Requests))
	}
	equal(t, 20, st.Arrived)
	equal(t, 20, st.Forgotten+len(st.Requests))
	a := send(t, c, tweet(t, s.X, strings.Repeat("x", maxBody)))
	equal(t, http.StatusRequestEntityTooLarge, a.Status)
}

func TestPruneKeepsWhatIsYoungerThanItsTime(t *testing.T) {
	now := time.Unix(1000, 0)
	m := map[string]kept[int]{}
	for i := range 10 {
		m[fmt.Sprint(i)] = kept[int]{i, now.Add(time.Duration(i-7) * time.Second)}
	}
	prune(m, now, 11)
	equal(t, 10, len(m))
	prune(m, now, 10)
	equal(t, 3, len(m)) // 7, 8 and 9 still hold
	for i := range 10 {
		m[fmt.Sprint(i)] = kept[int]{i, now.Add(time.Hour)}
	}
	prune(m, now, 10)
	equal(t, 5, len(m))
}
