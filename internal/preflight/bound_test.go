package preflight

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// wire answers in memory, so that time can be false.
type wire func(r *http.Request) (status int, kind, body string)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	status, kind, body := w(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

const wired = "https://news.example.org"

// well is a page without fault; its image takes a second.
func well(t *testing.T) wire {
	picture := string(pngOf(t, 400, 210))
	page := htmlOf(wired)
	return func(r *http.Request) (int, string, string) {
		switch r.URL.Path {
		case "/a":
			return http.StatusOK, "text/html; charset=utf-8", page
		case "/i.png":
			time.Sleep(time.Second)
			return http.StatusOK, "image/png", picture
		}
		return http.StatusNotFound, "text/plain", ""
	}
}

func hang(r *http.Request) (int, string, string) {
	<-r.Context().Done()
	return 0, "", ""
}

// TestALookThatIsCutByItsOwnBoundSaysNothingOfThePage: it is to be made again, where a
// finding would hold the post for a person.
func TestALookThatIsCutByItsOwnBoundSaysNothingOfThePage(t *testing.T) {
	for _, c := range []struct {
		name  string
		wire  func(well wire) wire
		found string // empty: nothing
	}{
		{"the page hangs", func(wire) wire { return hang }, ""},
		{"the image hangs", func(well wire) wire {
			return func(r *http.Request) (int, string, string) {
				if r.URL.Path == "/i.png" {
					return hang(r)
				}
				return well(r)
			}
		}, ""},
		{"one bot is refused, for the other all hangs", func(wire) wire {
			return func(r *http.Request) (int, string, string) {
				if r.UserAgent() == X().UserAgent {
					return http.StatusForbidden, "text/html", ""
				}
				return hang(r)
			}
		}, "403"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				err := Check(t.Context(), Options{PageURL: wired + "/a", Transport: c.wire(well(t)), Timeout: time.Hour})
				if took := time.Since(begun); took != allOfIt {
					t.Errorf("it took %v", took)
				}
				if c.found != "" {
					if got := strings.Join(findings(t, err), " "); !strings.Contains(got, c.found) {
						t.Errorf("%q lacks %s", got, c.found)
					}
					return
				}
				if broken := new(*Broken); !errors.Is(err, context.DeadlineExceeded) || errors.As(err, broken) || !strings.Contains(fmt.Sprint(err), wired+"/a") {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// TestImagesAreTakenInTurn: one takes tens of megabytes, and accounts look at once.
func TestImagesAreTakenInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		answer := well(t)
		counted := wire(func(r *http.Request) (int, string, string) {
			if r.URL.Path == "/i.png" {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
			}
			return answer(r)
		})
		images := make(chan struct{}, 1)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := Check(t.Context(), Options{PageURL: wired + "/a", Transport: counted, Images: images}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most.Load() != 1 {
			t.Errorf("%d images at once", most.Load())
		}
		images <- struct{}{} // and never comes back
		err := Check(t.Context(), Options{PageURL: wired + "/a", Transport: counted, Images: images})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without a turn: %v", err)
		}
	})
}
