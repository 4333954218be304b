package platform

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/delivery"
)

func TestWhatNoOneClassedIsAmbiguous(t *testing.T) {
	t.Parallel()
	if e := AsError(nil); e != nil {
		t.Errorf("nil became %v", e)
	}
	if e := AsError(errors.New("odd")); e.Class != delivery.Ambiguous || e.Error() != "ambiguous: odd" {
		t.Errorf("got %v", e)
	}
	classed := &Error{Class: delivery.Quota, Status: 402, Err: errors.New("no credits")}
	if e := AsError(errors.Join(errors.New("around"), classed)); e != classed {
		t.Errorf("the class was lost: %v", e)
	}
}

func TestARedirectStopsTheAccountUnlessItMayMeanDone(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]delivery.Class{
		200: "", 300: delivery.Ambiguous, 301: delivery.Auth, 302: delivery.Auth, 303: delivery.Ambiguous,
		304: delivery.Ambiguous, 307: delivery.Auth, 308: delivery.Auth, 400: "",
	} {
		a := Answer{Status: status, Header: http.Header{"Location": {"https://u:pw@new.example/api?token=1#f"}}}
		e, ok := a.Redirected("server")
		if ok != (want != "") || ok && e.Class != want {
			t.Errorf("%d: %v, want %q", status, e, want)
		}
		if want == delivery.Auth && e.Err.Error() != "the server redirects to https://new.example/api: correct server" {
			t.Errorf("%d: %v", status, e)
		}
	}
}

func TestDecodeTakesWhatItCanAndRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Name string   `json:"name"`
		N    Scalar   `json:"n"`
		List []Scalar `json:"list"`
	}
	for raw, want := range map[string]struct {
		body body
		ok   bool
	}{
		`{"name":"a","n":18446744073709551615,"list":["x",2,null,{},1.5,true]}`: {body{"a", "18446744073709551615", []Scalar{"x", "2", "", "", "", ""}}, true},
		`{"name":5,"n":" 7 ","list":{}}`:                                        {body{"", "7", nil}, true},
		`[]`:                                                                    {body{}, true},
		`null`:                                                                  {body{}, true},
		``:                                                                      {body{}, false},
		`<html>`:                                                                {body{}, false},
		`{"name":"cut`:                                                          {body{}, false},
		`{"name":"a"}garbage`:                                                   {body{}, false},
	} {
		var got body
		ok := Answer{Body: []byte(raw)}.Decode(&got)
		if ok != want.ok {
			t.Errorf("%s: decoded %v, want %v", raw, ok, want.ok)
		}
		if diff := cmp.Diff(want.body, got); ok && diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestAnUnclearAnswerKeepsRetryAfter(t *testing.T) {
	t.Parallel()
	a := Answer{Status: 503, Header: http.Header{"Retry-After": {"120"}}, At: noon}
	if e := a.Unclear(); e.Class != delivery.Ambiguous || e.RetryAfter != 2*time.Minute || e.Status != 503 {
		t.Errorf("got %+v", e)
	}
}

func TestAddressesAreCheckedWithoutShowingPasswords(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://example.org": "https://example.org", "http://127.0.0.1:80/": "http://127.0.0.1:80", "https://e.org/api/": "https://e.org/api",
		"": "", "example.org": "", "ftp://e.org": "", "https://": "", "https://u:hush@e.org": "", "https://e.org?x=1": "", "https://u:hush@e.org:port": "",
	} {
		got, err := ParseAddress("server", address)
		switch {
		case (err == nil) != (want != ""):
			t.Errorf("%q: %v, %v", address, got, err)
		case err == nil && got.String() != want:
			t.Errorf("%q: %v, want %s", address, got, want)
		case err != nil && strings.Contains(err.Error(), "hush"):
			t.Errorf("the error shows the password: %v", err)
		}
	}
	for address, want := range map[string]string{
		"https://e.org/@a/1": "https://e.org/@a/1", "javascript:alert(1)": "", "data:text/html,x": "", "//e.org": "", "https://u@e.org": "", "": "", "https://e.org/\x00": "",
	} {
		if got := WebURL(address); got != want {
			t.Errorf("WebURL(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestScalarsNeverFail(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{`"01J"`: "01J", `1`: "1", `null`: "", `-1`: "", `1e3`: "", `{}`: "", `"a b"`: "", "\"a\\u0000\"": ""} {
		var s Scalar
		if err := json.Unmarshal([]byte(raw), &s); err != nil || s.ID() != want {
			t.Errorf("%s: %q, %v; want %q", raw, s.ID(), err, want)
		}
	}
}

func FuzzScalar(f *testing.F) {
	f.Add([]byte(`"1"`))
	f.Add([]byte(`42`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s Scalar
		if err := json.Unmarshal(raw, &s); json.Valid(raw) && err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	})
}
