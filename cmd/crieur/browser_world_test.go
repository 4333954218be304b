package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/daemon"
	"crieur/internal/sandbox"
)

// newsstand is a running daemon that has posted one article, whose source is on loopback.
type newsstand struct {
	stage  *stage
	client *control.Client
	page   string // the article's public page
	status string // the status page
	posted []string
	source *httptest.Server
	asked  chan time.Time // one moment for each reader who reached the source

}

// openNewsstand posts the sample article, whose page forwards after delay.
func openNewsstand(t *testing.T, delay time.Duration) *newsstand {
	t.Helper()
	n := &newsstand{asked: make(chan time.Time, 100)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /story", func(w http.ResponseWriter, _ *http.Request) {
		n.asked <- time.Now()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="en"><title>The source</title><p>The source itself.`)
	})
	n.source = httptest.NewServer(mux)
	t.Cleanup(n.source.Close)

	n.run(t, delay)
	const sampleSource = "https://www.reddit.com/r/LocalLLaMA/comments/1ldfry1/openai_wins_200_million_us_defense_contract/"
	text := bytes.Replace(article.Sample(), []byte(sampleSource), []byte(n.source.URL+"/story"), 1)
	read, err := article.Read("sample.txt", text, article.Options{Language: "fr", AcceptProposals: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := n.source.URL + "/story"; read.Article.Source != want {
		t.Fatalf("the sample's source is %q, want %q", read.Article.Source, want)
	}
	result, err := n.stage.post(t.Context(), control.Request{Article: read})
	if err != nil {
		t.Fatal(err)
	}
	n.page, n.status = result.PageURL, result.StatusURL
	for _, p := range result.Posts {
		n.posted = append(n.posted, p.Receipt.URL)
	}
	return n
}

// run starts sandbox and daemon, and ends them with the test.
func (n *newsstand) run(t *testing.T, delay time.Duration) {
	t.Helper()
	dir := t.TempDir()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n.stage = &stage{box: box}
	t.Cleanup(func() {
		if err := n.stage.close(); err != nil {
			t.Error(err)
		}
	})
	if err := writeConfig(dir, box, site{
		baseURL: "https://news.example.org", title: "Le crieur public", x: "x", status: "127.0.0.1:0", pages: "127.0.0.1:0", settle: "100ms",
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crieur.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("[pages]\n"), []byte("[pages]\nforward = \"source\"\ndelay = \""+delay.String()+"\"\n"), 1)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if n.stage.cfg, err = config.Load(path); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	if n.stage.daemon, err = daemon.New(n.stage.cfg, daemon.Options{Version: "test", Log: log}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.stage.daemon.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the daemon ended with %v", err)
		}
	})
	if n.client, err = control.Dial(t.Context(), n.stage.cfg.Control.Socket); err != nil {
		t.Fatal(err)
	}
}
