package platform_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

// use sends a request through a call of op and drops what comes of it.
func use(ctx context.Context, call *platform.Call, method, url string) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader("x"))
	if err != nil {
		panic(err)
	}
	if resp, err := platform.NewHTTPClient(call).Do(req); err == nil {
		_ = resp.Body.Close()
	}
}

func TestEveryFaultIsReportedOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range platformtest.Faults() {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			server := platformtest.Start(t, fault, good)
			o := platform.WireOptions{Timeout: 20 * time.Second}
			if fault.Slow {
				o.Timeout = 200 * time.Millisecond
			}
			var usages platformtest.Usages
			o.Observe = usages.Observe
			call := platform.NewWire(o).Create("", func(platform.Answer) error {
				return &platform.Error{Class: fault.Class, Err: errors.New("as the fault says")}
			})
			use(t.Context(), call, http.MethodPost, server.URL)
			use(t.Context(), call, http.MethodPost, server.URL) // a second one is not sent
			want := []platform.Usage{{Op: platform.OpPost, Units: 1}}
			if fault.Class == delivery.OK {
				want[0].Units = 0 // the judge has called it something else than ambiguous
			}
			if diff := cmp.Diff(want, usages.Take()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatWasCertainlyNotSentIsNotReported(t *testing.T) {
	t.Parallel()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + gone.Addr().String()
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	var usages platformtest.Usages
	wire := platform.NewWire(platform.WireOptions{Observe: usages.Observe})
	use(t.Context(), wire.Create("", func(platform.Answer) error { return nil }), http.MethodPost, closed)
	use(t.Context(), wire.Call(platform.OpReadUser), http.MethodGet, closed)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	use(cancelled, wire.Call(platform.OpReadUser), http.MethodGet, closed)
	if got := usages.Take(); got != nil {
		t.Errorf("reported %+v", got)
	}
}

func TestUnitsFollowFromTheOperationAndTheAnswer(t *testing.T) {
	t.Parallel()
	refusal := &platform.Error{Class: delivery.Permanent, Err: errors.New("no")}
	unclear := errors.New("nobody has classed it")
	for name, c := range map[string]struct {
		op     platform.Op
		status int // 0: no answer
		body   string
		judged error
		want   int
	}{
		"posted":                {platform.OpPost, 201, "", nil, 1},
		"refused":               {platform.OpPost, 403, "", refusal, 0},
		"unclear refusal":       {platform.OpPost, 403, "", unclear, 1},
		"post without answer":   {platform.OpPost, 0, "", nil, 1},
		"list":                  {platform.OpReadOwned, 200, `[1,2,3]`, nil, 3},
		"list of nothing":       {platform.OpReadOwned, 200, `{"meta":{"result_count":0}}`, nil, 0},
		"list that is an error": {platform.OpReadOwned, 500, `[1,2,3]`, nil, 0},
		"list without answer":   {platform.OpReadOwned, 0, "", nil, 0},
		"user":                  {platform.OpReadUser, 200, "", nil, 1},
		"user refused":          {platform.OpReadUser, 401, "", nil, 0},
		"user without answer":   {platform.OpReadUser, 0, "", nil, 1},
		"one post":              {platform.OpReadPost, 200, "", nil, 1},
		"one post that is gone": {platform.OpReadPost, 404, "", nil, 0},
		"something else":        {platform.OpOther, 200, `[1,2,3]`, nil, 0},
	} {
		var usages platformtest.Usages
		wire := platform.NewWire(platform.WireOptions{
			Windows: []platform.RateHeader{{Name: "w", Prefix: "X-W"}}, Observe: usages.Observe,
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if c.status == 0 {
					return nil, errors.Join(errors.New("broken"), drain(r))
				}
				return answer(c.status, c.body, http.Header{"X-W-Remaining": {"4"}, "X-W-Reset": {"1"}}), nil
			}),
		})
		call := wire.Call(c.op)
		if c.op == platform.OpPost {
			call = wire.Create("", func(platform.Answer) error { return c.judged })
		}
		use(t.Context(), call, http.MethodPost, "http://example.org")
		if diff := cmp.Diff([]platform.Usage{{Op: c.op, Units: c.want}}, usages.Take()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// drain reads the body, as a transport does that sends it.
func drain(r *http.Request) error {
	_, err := r.Body.Read(make([]byte, 8))
	return err
}
