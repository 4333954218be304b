package main

import (
	"net/http"
	"testing"
	"time"
)

// Any page that is open in the browser can ask this machine for an address: it must not
// spoil the login.
func TestOnlyTheLoginsOwnAnswerIsTaken(t *testing.T) {
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	c := listenFor("http://"+addr, func(state string) bool { return state == "ours" }) // without a path: the browser asks for "/"
	defer c.close()
	if c.http == nil {
		t.Fatal("nobody listens")
	}
	for _, row := range []struct {
		path string
		code int
	}{
		{"/?state=theirs&code=x", http.StatusNotFound}, {"/?code=x", http.StatusNotFound}, {"/?state=ours", http.StatusNotFound},
		{"/other?state=ours&code=x", http.StatusNotFound}, {"/?state=ours&code=x", http.StatusOK}, {"/?state=ours&code=y", http.StatusOK},
	} {
		resp, err := http.Get("http://" + addr + row.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode != row.code {
			t.Errorf("%s: %v, HTTP %d, want %d", row.path, err, resp.StatusCode, row.code)
		}
	}
	select {
	case got := <-c.came:
		if got != "/?state=ours&code=x" {
			t.Errorf("taken: %s", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was taken")
	}
}
