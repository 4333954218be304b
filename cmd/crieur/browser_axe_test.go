package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axe-core as npm has it, and the integrity that npm states for it.
const (
	axeURL       = "https://registry.npmjs.org/axe-core/-/axe-core-4.10.2.tgz"
	axeIntegrity = "RE3mdQ7P3FRSe7eqCWoeQ/Z9QXrtniSjp1wUjt5nRC3WIpz5rSCve6o3fsZ2aCpJtrZjSZgjwXAoTO5k4tEI0w==" // SHA-512
)

// axeScript is axe.min.js, fetched once on each machine.
var axeScript = sync.OnceValues(func() (string, error) {
	archive, err := axeArchive()
	if err != nil {
		return "", fmt.Errorf("axe-core cannot be had: %w", err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return "", err
	}
	files := tar.NewReader(unzipped)
	for {
		h, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("axe.min.js in %s: %w", axeURL, err)
		}
		if h.Name == "package/axe.min.js" {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
})

// axeArchive takes the archive from the user's cache, or else from the registry.
func axeArchive() ([]byte, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	cached := filepath.Join(dir, "crieur-test", filepath.Base(axeURL))
	if archive, err := os.ReadFile(cached); err == nil && integrity(archive) == axeIntegrity {
		return archive, nil
	}
	client := &http.Client{Timeout: time.Minute}
	resp, err := client.Get(axeURL)
	if err != nil {
		return nil, err
	}
	archive, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", axeURL, resp.Status)
	}
	if got := integrity(archive); got != axeIntegrity {
		return nil, fmt.Errorf("%s has the integrity sha512-%s, want sha512-%s", axeURL, got, axeIntegrity)
	}
	return archive, store(cached, archive)
}

func integrity(b []byte) string {
	sum := sha512.Sum512(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// store writes whole or not at all: another test may read at the same time.
func store(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// axeReport is what is read of axe's answer.
type axeReport struct {
	Passes     []struct{ ID string }
	Violations []struct {
		ID, Impact, Help string
		Nodes            []struct {
			HTML           string
			FailureSummary string
		}
	}
	Incomplete []struct {
		ID    string
		Nodes []struct{ HTML string }
	}
}

// axe judges the page that the tab shows by all rules that are on by default, without
// those that off names.
func axe(t *testing.T, tab browserTab, script string, off ...string) axeReport {
	t.Helper()
	rules := map[string]any{}
	for _, id := range off {
		rules[id] = map[string]bool{"enabled": false}
	}
	options, err := json.Marshal(map[string]any{"rules": rules})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, tab, chromedp.Evaluate[chromedp.Void](script))
	text := ask(t, tab, chromedp.Evaluate[string]("axe.run(document, "+string(options)+").then(r => JSON.stringify(r))", chromedp.EvalAwaitPromise))
	var r axeReport
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("axe says %.200q: %v", text, err)
	}
	return r
}

// checkAxe reports each violation, with what it is about.
func checkAxe(t *testing.T, r axeReport) {
	t.Helper()
	const fewest = 5 // that hold on any page: less, and axe did not look
	if len(r.Passes) < fewest {
		t.Errorf("axe found only %d rules that hold", len(r.Passes))
	}
	for _, v := range r.Violations {
		for _, n := range v.Nodes {
			t.Errorf("axe: %s (%s): %s\n%.300s\n%s", v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
	var unsure []string
	for _, v := range r.Incomplete {
		for _, n := range v.Nodes {
			unsure = append(unsure, fmt.Sprintf("%s: %.200s", v.ID, n.HTML))
		}
	}
	t.Logf("axe: %d rules hold; not sure of %d:\n%s", len(r.Passes), len(unsure), strings.Join(unsure, "\n"))
}
