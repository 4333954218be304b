package dispatch

import (
	"testing"
	"testing/synctest"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// A post lands and its answer is lost. The next start has another base_url, or a link where
// there was none: looked for by that, the post would count as absent, and be sent again.
func TestALookIsForWhatWasSentWhateverIsConfiguredSince(t *testing.T) {
	for _, row := range []struct{ name, frozen, base string }{
		{"base_url changed", "le texte https://news.example.org/un-essai", "https://www.news.example.org/"},
		{"link = false became link = true", "le texte sans adresse", "https://news.example.org/"},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "a")
				f := w.fakes["a"]
				id := w.enqueue("Un essai", time.Time{})[0]
				if _, err := w.ob.Claim(id, time.Now(), outbox.Terms{Compose: func(outbox.Article) (string, error) { return row.frozen, nil }}); err != nil {
					t.Fatal(err)
				}
				f.posts, f.exists = []platform.Post{{Text: row.frozen}}, []bool{true} // it landed, and the process ended
				f.receipts = []delivery.Receipt{{PostID: "1", URL: "https://social.example/1", PostedAt: time.Now()}}
				w.engine.opt.PageURL = func(slug string) string { return row.base + slug }
				w.restart(nil)
				stop := w.run()
				time.Sleep(time.Hour)
				stop()
				if n := len(f.requests()); n != 1 {
					t.Errorf("on the platform %d times (%s)", n, w.delivery(id).State)
				}
			})
		})
	}
}
