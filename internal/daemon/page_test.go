package daemon

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTheFeedListsAnArticleOnceItIsPosted(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	defer stop()
	feed := "http://" + d.Addr("pages") + "/feed.xml"
	if code, body := fetch(t, feed); code != http.StatusOK || strings.Contains(body, "<entry") {
		t.Errorf("before any article: HTTP %d:\n%s", code, body)
	}
	e := enqueue(t, cfg, "")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		code, body := fetch(t, feed)
		if code != http.StatusOK {
			t.Fatalf("HTTP %d:\n%s", code, body)
		}
		if strings.Contains(body, "<id>"+e.URL+"</id>") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s never came:\n%s", e.URL, body)
		}
	}
}

func TestEveryConfigurationInForceHasItsOwnNumber(t *testing.T) {
	var n numbers
	a, b := &generation{}, &generation{}
	first, again, second := n.of(a), n.of(a), n.of(b)
	if first != again || second == first || n.of(a) == first {
		t.Errorf("%d, %d, %d", first, again, second)
	}
}
