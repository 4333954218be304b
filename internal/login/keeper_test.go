package login

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/sandbox"
)

func TestATokenThatLivesIsUsedAsItIs(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	got, err := keeperOf(box, dir, time.Now().Add(time.Hour)).Token(t.Context())
	if err != nil || got != box.X.Credentials().Bearer || asked(box.X) != 0 || stored(t, dir) != "" {
		t.Errorf("%v, %d requests, stored %q", err, asked(box.X), stored(t, dir))
	}
}

func TestATokenThatIsOverIsRefreshedAndTheNextLifeKnowsThePair(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	one, err := keeperOf(box, dir, over()).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if one == box.X.Credentials().Bearer || !strings.Contains(stored(t, dir), one) {
		t.Errorf("the new token is not stored: %s", stored(t, dir))
	}
	two, err := keeperOf(box, dir, over()).Token(t.Context())
	if err != nil || one != two || asked(box.X) != 1 {
		t.Errorf("%v, %d requests", err, asked(box.X))
	}
}

// Goroutines, keepers of one process and keepers of several are all the same here: each
// keeper has a lock file of its own open.
func TestOfManyThatNeedATokenOneRefreshes(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	script(t, box.X, sandbox.Fault{Kind: sandbox.Slow, On: sandbox.OpToken, For: 50 * time.Millisecond})
	var wg sync.WaitGroup
	tokens := make(chan string, 20)
	for range 4 {
		k := keeperOf(box, dir, over())
		for range 5 {
			wg.Go(func() {
				got, err := k.Token(t.Context())
				if err != nil {
					t.Error(err)
				}
				tokens <- got
			})
		}
	}
	wg.Wait()
	close(tokens)
	first := <-tokens
	for got := range tokens {
		if got != first {
			t.Error("two tokens at once")
		}
	}
	if asked(box.X) != 1 {
		t.Errorf("%d refreshes, want 1", asked(box.X))
	}
}

func TestNewCredentialsOfTheOperatorWin(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	if _, err := keeperOf(box, dir, over()).Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	k := keeperOf(box, dir, over())
	k.opt.Pair = Pair{AccessToken: "given", RefreshToken: "anew", ExpiresAt: time.Now().Add(time.Hour)}
	k = NewKeeper(k.opt)
	if got, err := k.Token(t.Context()); err != nil || got != "given" {
		t.Errorf("%q %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		k.Run(ctx, func(text string, _ bool) { t.Error(text) }, func(err error) { t.Error(err) })
	}()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if left, err := filepath.Glob(filepath.Join(dir, "token-*.json")); err != nil || len(left) == 0 {
			break
		}
	}
	cancel()
	<-ended
	if s := stored(t, dir); s != "" {
		t.Errorf("the old login is still there: %s", s)
	}
}

// A refresh fails in every way, at every moment; then the platform is well again.
func TestWhatARefreshThatFailsMeans(t *testing.T) {
	on := func(kind sandbox.Kind) sandbox.Fault {
		return sandbox.Fault{Kind: kind, On: sandbox.OpToken, For: 50 * time.Millisecond}
	}
	said := func(status int, body string) sandbox.Fault {
		return sandbox.Fault{Kind: sandbox.Answer, On: sandbox.OpToken, Status: status, Body: body}
	}
	for name, c := range map[string]struct {
		fault sandbox.Fault
		class delivery.Class // of the first try
		lost  bool           // then the pair was exchanged, and nobody knows the new one
	}{
		"connection reset before":        {on(sandbox.ResetBefore), delivery.Refused, false},
		"silence before":                 {on(sandbox.TimeoutBefore), delivery.Refused, false},
		"503":                            {said(503, `{"title":"Service Unavailable","status":503}`), delivery.Refused, false},
		"502 page":                       {said(502, "<html>Bad Gateway</html>"), delivery.Refused, false},
		"429":                            {sandbox.Fault{Kind: sandbox.RateLimited, On: sandbox.OpToken}, delivery.Refused, false},
		"403 page of a proxy":            {said(403, "<html>Just a moment…</html>"), delivery.Refused, false},
		"401 page of a proxy":            {said(401, "<html>login</html>"), delivery.Refused, false},
		"400 in words that mean nothing": {said(400, `{"error":"temporarily_unavailable"}`), delivery.Refused, false},
		"200 page":                       {on(sandbox.GarbageBefore), delivery.Refused, false},
		"200 without a token":            {said(200, `{"token_type":"bearer"}`), delivery.Refused, false},
		"connection reset after":         {on(sandbox.ResetAfter), delivery.Refused, true},
		"silence after":                  {on(sandbox.TimeoutAfter), delivery.Refused, true},
		"page in place of the pair":      {on(sandbox.Garbage), delivery.Refused, true},
		"answer cut":                     {on(sandbox.Cut), delivery.Refused, true},
		"502 after":                      {sandbox.Fault{Kind: sandbox.AnswerAfter, On: sandbox.OpToken, Status: 502, Body: "<html>"}, delivery.Refused, true},
		"refused in X's words":           {said(400, `{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`), delivery.Auth, false},
		"client unknown":                 {said(401, `{"error":"unauthorized_client","error_description":"Missing valid authorization header"}`), delivery.Auth, false},
	} {
		t.Run(name, func(t *testing.T) {
			box, dir := startBox(t, sandbox.Options{}), t.TempDir()
			script(t, box.X, c.fault)
			k := keeperOf(box, dir, over())
			_, err := k.Token(t.Context())
			wants(t, err, c.class)
			if c.class == delivery.Auth {
				wants(t, err, c.class, `crieur auth x x-main --oauth2`)
				if _, err := k.Token(t.Context()); !Refused(err) || asked(box.X) != 1 {
					t.Errorf("%v, %d requests: a token that was refused is presented again at once", err, asked(box.X))
				}
				return
			}
			for _, next := range []*Keeper{k, keeperOf(box, dir, over())} { // the same life, and the next one
				_, err = next.Token(t.Context())
				if c.lost {
					wants(t, err, delivery.Auth, "was lost", `crieur auth x x-main --oauth2`)
				} else if err != nil {
					t.Errorf("a failure that passed is still felt: %v", err)
				}
			}
		})
	}
}

func TestALivingTokenIsUsedWhileItsRefreshFails(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	script(t, box.X, sandbox.Fault{Kind: sandbox.ResetBefore, On: sandbox.OpToken})
	k := keeperOf(box, dir, time.Now().Add(2*late))
	k.mu.Lock()
	got, err := k.token(t.Context(), early)
	k.mu.Unlock()
	if err != nil || got != box.X.Credentials().Bearer {
		t.Errorf("%q %v", got, err)
	}
}

func TestATokenThatXRefusesIsReplacedOnceAndNoMore(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	k := keeperOf(box, dir, time.Now().Add(time.Hour)) // our clock is behind, say
	old, err := k.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !k.Rejected(old) {
		t.Error("a token of unknown age was refused for good")
	}
	fresh, err := k.Token(t.Context())
	if err != nil || fresh == old {
		t.Fatalf("%q %v", fresh, err)
	}
	if !k.Rejected(old) {
		t.Error("a request that was under way during the refresh stops the account")
	}
	if k.Rejected(fresh) {
		t.Error("a token a moment old is exchanged again")
	}
}

func TestNothingIsAskedWhereTheAnswerHasNoPlace(t *testing.T) {
	box := startBox(t, sandbox.Options{})
	k := keeperOf(box, filepath.Join(t.TempDir(), "missing"), over())
	_, err := k.Token(t.Context())
	wants(t, err, delivery.Refused, "missing")
	if asked(box.X) != 0 {
		t.Errorf("%d requests", asked(box.X))
	}
}

// The disk fails between the question and its answer: the pair in memory is the only one.
func TestAPairThatCannotBeStoredIsNotUsedAndKeptUntilItCan(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	k := keeperOf(box, dir, over())
	var news []string
	k.news = func(text string, over bool) { news = append(news, fmt.Sprint(text, over)) }
	if err := k.load(); err != nil {
		t.Fatal(err)
	}
	release, err := lock(t.Context(), dir, "x-main")
	if err != nil {
		t.Fatal(err)
	}
	next, err := k.ask(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	k.pending = &pending{next, release}
	path := k.path
	k.path = filepath.Join(dir, "missing", "token.json")
	for range 2 {
		_, err = k.Token(t.Context())
		wants(t, err, delivery.Refused, "cannot be stored")
	}
	other := keeperOf(box, dir, over())
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = other.Token(soon)
	wants(t, err, delivery.Refused, "another process refreshes")
	k.path = path
	got, err := k.Token(t.Context())
	if err != nil || got != next.AccessToken {
		t.Errorf("%v", err)
	}
	if len(news) != 3 || !strings.HasSuffix(news[1], "false") || news[2] != "the login is refreshed againtrue" {
		t.Errorf("news %q", news)
	}
	if got, err := other.Token(t.Context()); err != nil || got != next.AccessToken || asked(box.X) != 1 {
		t.Errorf("%v, %d requests", err, asked(box.X))
	}
}

func TestADamagedFileIsNotOverwritten(t *testing.T) {
	box, dir := startBox(t, sandbox.Options{}), t.TempDir()
	k := keeperOf(box, dir, over())
	for _, text := range []string{"", "{", `{"version":1}`, `{"version":2,"refresh_token":"s3cr3t"}`} {
		if err := os.WriteFile(k.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := k.Token(t.Context())
		wants(t, err, delivery.Refused, "damaged")
		if strings.Contains(err.Error(), "s3cr3t") || asked(box.X) != 0 {
			t.Errorf("%v, %d requests", err, asked(box.X))
		}
	}
	if err := os.Chmod(k.path, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := k.Token(t.Context())
	wants(t, err, delivery.Refused, "chmod 600")
}

func TestALockThatIsALinkIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "token-x-main.lock")); err != nil {
		t.Fatal(err)
	}
	if _, err := lock(t.Context(), dir, "x-main"); err == nil {
		t.Error("followed")
	}
	if _, err := os.Stat(filepath.Join(dir, "elsewhere")); !os.IsNotExist(err) {
		t.Error(err)
	}
}
