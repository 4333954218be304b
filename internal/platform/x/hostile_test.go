package x

import (
	"errors"
	"strings"
	"testing"
	"time"

	"crieur/internal/platform"
	"crieur/internal/platform/platformtest"
)

func TestNoFaultPostsTwiceOrPassesForSuccess(t *testing.T) {
	t.Parallel()
	for api, good := range map[string]platformtest.Good{
		"v2":   {Status: 201, Body: `{"data":{"id":"42","text":"a"}}`},
		"v1.1": {Status: 200, Body: `{"id":42,"id_str":"42"}`},
	} {
		for _, fault := range platformtest.Faults() {
			t.Run(api+" "+fault.Name, func(t *testing.T) {
				t.Parallel()
				server := platformtest.Start(t, fault, good)
				timeout := 20 * time.Second
				if fault.Slow {
					timeout = 200 * time.Millisecond
				}
				receipt, err := client(t, Options{BaseURL: server.URL, API: api, Timeout: timeout}).Post(t.Context(), platform.Post{Text: "a", Key: "k"})
				class := ok
				if err != nil {
					class = platform.AsError(err).Class
					noSecrets(t, err)
				}
				if class != fault.Class || (class == ok) != (receipt.PostID == "42") {
					t.Errorf("%s %+v, want %s: %v", class, receipt, fault.Class, err)
				}
				if server.Posts() > 1 {
					t.Errorf("posted %d times", server.Posts())
				}
			})
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range refusals() {
		f.Add(s.status, []byte(s.body), "0", "1787400300", "60")
	}
	f.Add(201, []byte(`{"data":{"id":"42"}}`), "", "", "")
	f.Add(200, []byte(`{"id":42,"user":{"screen_name":"a"}}`), "", "", "")
	c := client(f, Options{})
	f.Fuzz(func(t *testing.T, status int, body []byte, remaining, reset, after string) {
		a := platform.Answer{Status: status, Body: body, At: answered, Header: map[string][]string{
			"X-Rate-Limit-Remaining": {remaining}, "X-Rate-Limit-Reset": {reset}, "Retry-After": {after},
		}}
		for _, judge := range []func() (string, string, error){
			func() (string, string, error) { r, err := c.judgeCreated(a); return r.PostID, r.URL, err },
			func() (string, string, error) { r, err := c.judgeUpdated(a); return r.PostID, r.URL, err },
			func() (string, string, error) { who, err := judgeMe(a); return who.ID, "https://x", err },
			func() (string, string, error) { who, err := judgeCredentials(a); return who.ID, "https://x", err },
		} {
			id, address, err := judge()
			if err == nil && (!decimal(id) || !strings.HasPrefix(address, "http") || status != 200 && status != 201) {
				t.Errorf("%d %s: success with ID %q and URL %q", status, body, id, address)
			}
			if err != nil && (!errors.Is(platform.AsError(err), err) || id != "") {
				t.Errorf("%d %s: %q, %v", status, body, id, err)
			}
		}
	})
}
