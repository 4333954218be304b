package status

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"crieur/internal/dispatch"
)

var update = flag.Bool("update", false, "write the golden page anew, to be proof-read")

// drawn is the whole page as at noon.
func drawn(t *testing.T, opt Options, stay bool) string {
	t.Helper()
	mux := http.NewServeMux()
	p, err := opt.page(mux)
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.draw("page", noon, stay)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestThePageReadsAsItWasProofRead(t *testing.T) {
	const golden = "testdata/page.html"
	got := drawn(t, busyDesk(t), false)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page is not that of %s (-update writes it anew, to be proof-read):\n%s", golden, got)
	}
}

// TestThePageIsWellFormed: one end tag that is missing, and the script puts things in the
// wrong place.
func TestThePageIsWellFormed(t *testing.T) {
	page := drawn(t, busyDesk(t), false)
	main := regexp.MustCompile(`(?s)<main.*</main>`).FindString(page)
	dec := xml.NewDecoder(strings.NewReader(main))
	dec.Entity = xml.HTMLEntity
	ids := map[string]bool{}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, main)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "id" && ids[a.Value] {
				t.Errorf("two elements are called %q", a.Value)
			}
			if a.Name.Local == "id" {
				ids[a.Value] = true
			}
			// The policy forbids what needs these.
			if n := a.Name.Local; n == "style" || strings.HasPrefix(n, "on") {
				t.Errorf("<%s %s=%q>", start.Name.Local, n, a.Value)
			}
		}
	}
	for _, id := range []string{"main", "account-masto", "account-x-main", "need-x-main", "posts-desc", "visits-desc"} {
		if !ids[id] {
			t.Errorf("nothing is called %q", id)
		}
	}
}

func TestThePageIsWholeWithoutScriptOrOutbox(t *testing.T) {
	page := drawn(t, sampleOptions(), false)
	for _, want := range []string{"All is well", "Example &lt;News&gt;", `<noscript><meta http-equiv="refresh"`, "01kxt5m2p0g0.x-main", "https://x.com/n/status/1"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	stays := drawn(t, sampleOptions(), true)
	if strings.Contains(stays, `http-equiv="refresh"`) || !strings.Contains(stays, "data-stay") {
		t.Error("a page that stays changes by itself")
	}
}

func TestNoAddressThatABrowserWouldRunIsALink(t *testing.T) {
	opt := sampleOptions()
	status := opt.Status
	opt.Status = func(now time.Time) (dispatch.Status, error) {
		s, err := status(now)
		s.Accounts[0].Last.PostURL = "javascript:alert(1)"
		return s, err
	}
	if page := drawn(t, opt, false); strings.Contains(page, "alert(1)") || strings.Contains(page, "#ZgotmplZ") {
		t.Errorf("it is on the page:\n%s", page)
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	gone := errors.New("disk gone")
	for what, change := range map[string]func(*Options){
		"status": func(o *Options) {
			o.Status = func(time.Time) (dispatch.Status, error) { return dispatch.Status{}, gone }
		},
		"week": func(o *Options) {
			o.Week = func(time.Time, time.Time) ([]dispatch.PlanEntry, error) { return nil, gone }
		},
	} {
		opt := sampleOptions()
		change(&opt)
		if w := fetch(t, opt, "GET", "localhost", "/"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "disk gone") {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
}
