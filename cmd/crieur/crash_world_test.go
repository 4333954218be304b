package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// crashWorld is an outbox that outlives many daemons, and the platforms they post to.
type crashWorld struct {
	t        *testing.T
	bin, dir string
	db       string
	box      *sandbox.Sandbox
	points   []string
	kills    killCounts
	enqueued int // articles that are confirmed as stored; the next one may be stored as well
}

func newCrashWorld(t *testing.T, bin string, flavour sandbox.Flavour, points []string) *crashWorld {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{
		Flavour: flavour, XCreates: 1 << 20, XReads: 1 << 20, Statuses: 1 << 20, Uploads: 1 << 20, Requests: 1 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &crashWorld{t: t, bin: bin, dir: t.TempDir(), box: box, points: points, kills: killCounts{}}
	w.db = filepath.Join(w.dir, "outbox.db")
	// Ports are taken anew at each start: meanwhile somebody else may have had them.
	err = writeConfig(w.dir, box, site{
		baseURL: "https://news.example.org", title: "Example News", x: "x-main", status: "127.0.0.1:0", pages: "127.0.0.1:0", settle: "100ms",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.hurry()
	return w
}

// hurry sets pauses that fit lives of milliseconds, and attempts that fit so many deaths.
func (w *crashWorld) hurry() {
	w.t.Helper()
	name := filepath.Join(w.dir, "crieur.toml")
	text, err := os.ReadFile(name)
	if err != nil {
		w.t.Fatal(err)
	}
	const section = "[delivery]\n"
	if !strings.Contains(string(text), section) {
		w.t.Fatalf("no %s in\n%s", section, text)
	}
	quick := strings.ReplaceAll(string(text), "\nmin_spacing", "\nmedia = \"article\"\nmin_spacing")
	quick = strings.Replace(quick, section, section+"retry_min = \"50ms\"\nretry_max = \"200ms\"\nmax_attempts = 1000\n", 1)
	for name, text := range map[string][]byte{name: []byte(quick), filepath.Join(w.dir, "image.png"): crashPicture()} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *crashWorld) close() { closeBox(w.t, w.box) }

// crashArticle is the nth article of a world.
func crashArticle(n int) article.Article {
	text := fmt.Sprintf("Brève numéro %d : tout va bien 🎯", n)
	a := article.Article{
		Title: text, Slug: fmt.Sprintf("breve-%d", n), Teaser: text, Tags: []string{"Essai"}, Language: "fr", Format: "text",
		Source: fmt.Sprintf("https://source.example.org/%d", n), Body: fmt.Sprintf("Le corps de la brève %d.", n),
	}
	if n%2 == 0 {
		a.Image, a.ImageAlt = "image.png", text
	}
	return a
}

// crashRequest hands the nth article over, with its picture.
func crashRequest(n int) control.Request {
	r := control.Request{Article: article.Result{Article: crashArticle(n)}, Now: true}
	if r.Article.Article.Image != "" {
		r.Image = crashPicture()
	}
	return r
}

// crashPicture is a PNG of 8×6 pixels.
func crashPicture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 8, 6))); err != nil {
		panic("png to memory cannot fail")
	}
	return b.Bytes()
}

// enqueueOnline hands one or two articles to the daemon, as an operator does who hands
// them over again when the terminal showed an error.
func (w *crashWorld) enqueueOnline(d *victim) {
	defer close(d.enqueuing)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-d.ended
		cancel()
	}()
	first := w.enqueued
	for n := first; n < first+2 && ctx.Err() == nil; {
		client, err := control.Dial(ctx, filepath.Join(w.dir, "control.sock"))
		if err == nil {
			_, err = client.Enqueue(ctx, []control.Request{crashRequest(n)})
		}
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		d.enqueued++
		n++
	}
}

// enqueueOffline is the command without a daemon. It may be killed just as well.
func (w *crashWorld) enqueueOffline(point string) {
	w.t.Helper()
	a := crashArticle(w.enqueued)
	b, err := json.Marshal(map[string]any{
		"title": a.Title, "slug": a.Slug, "teaser": a.Teaser, "tags": a.Tags, "language": a.Language, "source": a.Source, "body": a.Body,
		"image": a.Image, "image_alt": a.ImageAlt,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "article.json"), b, 0o600); err != nil {
		w.t.Fatal(err)
	}
	switch out, err := w.command(nowAndThenLater(point), "enqueue", "article.json").CombinedOutput(); {
	case err == nil:
		w.enqueued++
	case point != "" && killed(err):
		w.kills[point]++
	default:
		w.t.Fatalf("enqueue: %v\n%s", err, out)
	}
}

// awaitAllFinal waits until nothing is left to do, and stores the article whose
// enqueuing was never confirmed.
func (w *crashWorld) awaitAllFinal(d *victim) {
	w.t.Helper()
	var counts map[string]int
	stored := false
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		client, err := control.Dial(w.t.Context(), filepath.Join(w.dir, "control.sock"))
		if err == nil && !stored {
			_, err = client.Enqueue(w.t.Context(), []control.Request{crashRequest(w.enqueued)})
			if stored = err == nil; stored {
				w.enqueued++
			}
		}
		if err == nil {
			st, err := client.Status(w.t.Context())
			if err != nil {
				w.t.Fatal(err)
			}
			counts = st.Counts
			if counts[string(delivery.Scheduled)]+counts[string(delivery.Sending)]+counts[string(delivery.Unknown)] == 0 {
				return
			}
		}
		if time.Now().After(deadline) {
			_ = d.cmd.Process.Kill()
			w.t.Fatalf("deliveries are still waiting (%v): %v\n%s", err, counts, d.log)
		}
	}
}

// check holds the outbox against the platforms.
func (w *crashWorld) check() {
	w.t.Helper()
	if c := countsAndVerify(w.t, w.db); c[delivery.Delivered] != 2*w.enqueued {
		w.t.Errorf("%v: want %d delivered, nothing else", c, 2*w.enqueued)
	}
	have := map[string]map[string]string{"x": {}, "mastodon": {}} // platform -> post ID -> text
	for name, posts := range map[string][]sandbox.Post{"x": w.box.X.Posts(), "mastodon": w.box.Mastodon.Posts()} {
		times := map[string]int{}
		for _, p := range posts {
			have[name][p.ID] = p.Text
			var n int
			if _, err := fmt.Sscanf(p.Text, "Brève numéro %d", &n); err != nil || len(p.Media) != 1-n%2 || len(p.Media) == 1 && !strings.HasPrefix(p.Text, p.Media[0].Alt) {
				w.t.Errorf("%s: %q with %+v (%v)", name, p.Text, p.Media, err)
			}
			if times[p.Text]++; times[p.Text] > 1 {
				w.t.Errorf("%s has %d times %q", name, times[p.Text], p.Text)
			}
		}
		if len(times) != w.enqueued {
			w.t.Errorf("%s has %d of %d articles", name, len(times), w.enqueued)
		}
	}
	ob, err := outbox.Open(w.db, outbox.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := ob.Close(); err != nil {
			w.t.Error(err)
		}
	}()
	err = ob.List(outbox.Filter{}, func(d delivery.Delivery, _ outbox.Article) bool {
		switch {
		case d.Receipt == nil:
			w.t.Errorf("delivery %s is %s without a receipt: %+v", d.ID, d.State, d)
		case have[d.Platform][d.Receipt.PostID] != d.Text:
			w.t.Errorf("delivery %s: receipt %q for %q, but the platform has %q there", d.ID, d.Receipt.PostID, d.Text, have[d.Platform][d.Receipt.PostID])
		}
		delete(have[d.Platform], receiptID(d))
		return true
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for platform, posts := range have {
		for id, text := range posts {
			w.t.Errorf("%s has post %s that no receipt names: %q", platform, id, text)
		}
	}
}

func receiptID(d delivery.Delivery) string {
	if d.Receipt == nil {
		return ""
	}
	return d.Receipt.PostID
}
