package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

// BenchmarkReceiptToPage measures from the moment at which a receipt is on disk to the
// page that shows it: served, by the first request after it, and in pages.export_dir.
func BenchmarkReceiptToPage(b *testing.B) {
	cfg, _ := newConfig(b)
	cfg.Pages.ExportDir = filepath.Join(b.TempDir(), "www")
	d, stop := start(b, cfg)
	defer stop()
	sample, err := article.Read("article.txt", article.Sample(), article.Options{})
	if err != nil {
		b.Fatal(err)
	}
	base := "http://" + d.Addr("pages") + "/"
	var served, written, settled time.Duration
	for i := 0; b.Loop(); i++ {
		a := sample.Article
		a.Slug, a.Source = fmt.Sprintf("page-%d", i), fmt.Sprintf("https://source.example.org/%d", i)
		later := time.Now().Add(1000 * time.Hour) // out of the engine's way
		es, err := d.outbox.Enqueue(time.Now(), []outbox.NewArticle{{Article: a, Again: true,
			Deliveries: []outbox.NewDelivery{{Account: "mastodon", Platform: "mastodon", Due: later}}}})
		if err != nil {
			b.Fatal(err)
		}
		id, slug := es[0].Deliveries[0].ID, es[0].Article.Slug
		if _, err := d.outbox.Claim(id, later, outbox.Terms{Compose: func(outbox.Article) (string, error) { return "text", nil }}); err != nil {
			b.Fatal(err)
		}
		if code, _ := fetch(b, base+slug); code != 200 { // rendered, and the connection is there
			b.Fatalf("HTTP %d", code)
		}
		post := "https://mastodon.example/@crieur/" + slug
		begun := time.Now()
		_, err = d.outbox.Settle(id, 1, time.Now(), outbox.Outcome{To: delivery.Delivered, Class: delivery.OK,
			Receipt: &delivery.Receipt{PostID: slug, URL: post, PostedAt: time.Now()}})
		onDisk := time.Now()
		if err != nil {
			b.Fatal(err)
		}
		if _, body := fetch(b, base+slug); !strings.Contains(body, post) {
			b.Fatal("the first request after the receipt does not show it")
		}
		settled, served = settled+onDisk.Sub(begun), served+time.Since(onDisk)
		for deadline := onDisk.Add(10 * time.Second); ; time.Sleep(100 * time.Microsecond) {
			if text, err := os.ReadFile(filepath.Join(cfg.Pages.ExportDir, slug+".html")); err == nil && strings.Contains(string(text), post) {
				break
			}
			if time.Now().After(deadline) {
				b.Fatal("the file never showed it")
			}
		}
		written += time.Since(onDisk)
	}
	for unit, sum := range map[string]time.Duration{"ms-settle": settled, "ms-served": served, "ms-file": written} {
		b.ReportMetric(sum.Seconds()*1e3/float64(b.N), unit)
	}
}
