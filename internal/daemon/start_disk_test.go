//go:build linux

package daemon

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// A request was in flight at the last stop, and the disk is full: the pages are up, since
// posts lead there, and /readyz tells that something is wrong.
func TestAStartOnAFullDiskKeepsThePagesUp(t *testing.T) {
	cfg, _ := newConfig(t)
	d, stop := start(t, cfg)
	slug := enqueue(t, cfg, "").Slug
	until(t, "posted", func() bool {
		c, err := d.outbox.Counts("")
		return err == nil && c[delivery.Delivered] == 2
	})
	stop()
	inFlight(t, cfg)

	d, err := New(cfg, quiet())
	if err != nil {
		t.Fatal(err)
	}
	makeRoom := fillDisk(t, cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	until(t, "the page", func() bool {
		resp, err := http.Get("http://" + d.Addr("pages") + "/" + slug)
		return err == nil && errors.Join(resp.Body.Close()) == nil && resp.StatusCode == http.StatusOK
	})
	until(t, "not ready", func() bool {
		code, _ := fetch(t, "http://"+d.Addr("status")+"/readyz")
		return code == http.StatusServiceUnavailable
	})
	makeRoom()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// inFlight leaves a claimed delivery behind, as a crash does.
func inFlight(t *testing.T, cfg config.Config) {
	t.Helper()
	ob, err := outbox.Open(cfg.Outbox.Path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := outbox.NewArticle{Deliveries: []outbox.NewDelivery{{Account: "x", Platform: config.PlatformX}}}
	a.Article.Title, a.Article.Teaser = "Un essai", "Un essai"
	e, err := ob.Enqueue(time.Now(), []outbox.NewArticle{a})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ob.Claim(e[0].Deliveries[0].ID, time.Now(), outbox.Terms{Compose: func(outbox.Article) (string, error) { return "Un essai", nil }})
	if err := errors.Join(err, ob.Close()); err != nil {
		t.Fatal(err)
	}
}

// fillDisk puts the kernel's own full disk in the place of the open outbox.
func fillDisk(t *testing.T, cfg config.Config) (makeRoom func()) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	file := -1
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && to == cfg.Outbox.Path {
			if _, err := fmt.Sscan(filepath.Base(l), &file); err != nil {
				t.Fatal(err)
			}
		}
	}
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := syscall.Dup(file) // keeps the lock as well
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Dup3(int(full.Fd()), file, syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		err := syscall.Dup3(kept, file, syscall.O_CLOEXEC)
		if err := errors.Join(err, syscall.Close(kept), full.Close()); err != nil {
			t.Error(err)
		}
	}
}
