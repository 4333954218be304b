package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// endpoint is a token endpoint in memory, for bubbles.
type endpoint struct {
	mu    sync.Mutex
	at    []time.Time
	fails func(n int) (*http.Response, error) // nil: the next pair
}

func said(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	e.at = append(e.at, time.Now())
	if e.fails != nil {
		if resp, err := e.fails(len(e.at)); resp != nil || err != nil {
			return resp, err
		}
	}
	return said(200, fmt.Sprintf(`{"token_type":"bearer","expires_in":7200,"access_token":"at-%d","refresh_token":"rt-%d"}`, len(e.at), len(e.at))), nil
}

// life runs a keeper whose first access token ends in an hour, for as long.
func life(t *testing.T, e *endpoint, long time.Duration) (news []string, gone []error) {
	t.Helper()
	k := NewKeeper(KeeperOptions{
		Account: "x-main", App: XApp{Key: "id", Secret: "secret"}, Dir: t.TempDir(), Options: Options{Transport: e},
		Pair: Pair{AccessToken: "at-0", RefreshToken: "rt-0", ExpiresAt: time.Now().Add(time.Hour)},
	})
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	k.Run(ctx, func(text string, over bool) { news = append(news, fmt.Sprint(over, " ", text)) }, func(err error) { gone = append(gone, err) })
	return news, gone
}

func TestALoginIsRefreshedAQuarterBeforeItsEndDayAfterDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun, e := time.Now(), &endpoint{}
		news, gone := life(t, e, 24*time.Hour)
		if len(news) > 0 || len(gone) > 0 {
			t.Errorf("%q %v", news, gone)
		}
		if first := e.at[0].Sub(begun); first != time.Hour-early {
			t.Errorf("first after %s", first)
		}
		for i := 1; i < len(e.at); i++ {
			if d := e.at[i].Sub(e.at[i-1]); d > 2*time.Hour-early+time.Second || d < 90*time.Minute {
				t.Errorf("%s between two", d)
			}
		}
		if len(e.at) < 13 {
			t.Errorf("%d refreshes in a day", len(e.at))
		}
	})
}

func TestAnOutageIsBridgedAndToldWhenTheTokenIsAboutToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{fails: func(n int) (*http.Response, error) {
			if n <= 6 {
				return said(429, `{"error":"slow_down"}`), nil
			}
			return nil, nil
		}}
		news, gone := life(t, e, 90*time.Minute)
		if len(gone) > 0 || len(news) < 2 || !strings.Contains(news[0], "false the login ends") || news[len(news)-1] != "true the login is refreshed again" {
			t.Errorf("%q %v", news, gone)
		}
	})
}

func TestARefusalIsToldOnceAndHardlyAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{fails: func(int) (*http.Response, error) { return said(400, `{"error":"invalid_request"}`), nil }}
		news, gone := life(t, e, 24*time.Hour)
		if len(gone) != 1 || len(news) != 0 || !Refused(gone[0]) {
			t.Errorf("%q %v", news, gone)
		}
		if len(e.at) > 24 {
			t.Errorf("%d requests in a day", len(e.at))
		}
	})
}

func TestALostAnswerIsFoundOutSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{fails: func(n int) (*http.Response, error) {
			if n == 1 {
				return nil, errors.New("connection reset by peer")
			}
			return said(400, `{"error":"invalid_request"}`), nil
		}}
		news, gone := life(t, e, 2*time.Hour)
		if len(gone) != 1 || !strings.Contains(gone[0].Error(), "was lost") || len(news) != 1 || !strings.Contains(news[0], "is lost") {
			t.Errorf("%q %v", news, gone)
		}
		if d := e.at[1].Sub(e.at[0]); d > time.Minute {
			t.Errorf("asked again only after %s", d)
		}
	})
}

func TestATokenThatNothingRefreshesIsToldOfBeforeItEnds(t *testing.T) {
	for left, want := range map[time.Duration]int{72 * time.Hour: 2, time.Hour: 2, -time.Hour: 1} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			Watch(t.Context(), time.Now().Add(left), func(text string, over bool) {
				n++
				if over || !strings.Contains(text, "crieur auth x a --oauth2") {
					t.Error(text)
				}
			}, "crieur auth x a --oauth2")
			if n != want {
				t.Errorf("%s left: told %d times, want %d", left, n, want)
			}
		})
	}
}
