package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
)

const snacSite = "https://news.example.org"

// snacPost is one status, as snac shows it or as it lies on its disk.
type snacPost struct{ URL, Text string }

// TestKillNineAgainstARealServerPostsEachArticleExactlyOnce kills the daemon at random
// moments, and at the worst ones, while it posts to a server that ignores the
// idempotency key and resets kept-alive connections.
func TestKillNineAgainstARealServerPostsEachArticleExactlyOnce(t *testing.T) {
	const articles, kills = 50, 30
	s := startSnac(t)
	dir := t.TempDir()
	writeSnacWorld(t, dir, s)
	db := filepath.Join(dir, "outbox.db")

	open, landed, late := 0, 0, 0
	for i := range kills {
		if first := 2 * i; first < articles { // no kill comes too late to do harm
			fillForSnac(t, db, first, 2)
		}
		before := s.killAt(t, dir, snacMoment(i, 2*i < articles))
		time.Sleep(50 * time.Millisecond) // what lies in snac's socket is served meanwhile
		o, l := s.claims(t, db)
		open, landed, late = open+o, landed+l, late+s.countStored(t)-before
	}
	t.Logf("%d kills left %d claims open: %d posts stood on the server, %d of them came after the daemon's death; %d did not",
		kills, open, landed, late, open-landed)
	if open < 5 || late < 1 {
		t.Errorf("%d kills hit a post under way, %d posts landed after one: too few to prove anything", open, late)
	}

	s.finish(t, dir, articles)
	if c := countsAndVerify(t, db); c[delivery.Delivered] != articles {
		t.Errorf("not everything was delivered: %v", c)
	}
	shown, stored := s.shown(t), s.stored(t)
	checkEachOnce(t, "snac's API", shown, articles)
	checkEachOnce(t, "snac's disk", stored, articles)
	if diff := cmp.Diff(snacReceipts(t, db), shown); diff != "" {
		t.Errorf("receipts and what snac shows (-receipts +snac):\n%s", diff)
	}
	for id, p := range shown {
		// snac's IDs are the second of the post and the name of its file.
		if got := stored[id[10:]]; got != p {
			t.Errorf("post %s: shown as %+v, on disk %+v", id, p, got)
		}
	}
}

// TestSnacIsUnderstoodAsFarAsItSpeaksMastodon: no v2 instance, so v1's limits hold; not
// Mastodon, so addresses count in full; check says as whom crieur posts.
func TestSnacIsUnderstoodAsFarAsItSpeaksMastodon(t *testing.T) {
	s := startSnac(t)
	dir := t.TempDir()
	writeSnacWorld(t, dir, s)
	if code, _, err := get(s.url + "/api/v2/instance"); err != nil || code != 404 {
		t.Errorf("snac's v2 instance: HTTP %d, %v; this test is about one without", code, err)
	}
	const who = "account mastodon: posts as @newsbot, 100000 characters a post"
	if out := crieurSays(t, dir, "check"); !strings.Contains(out, who+"\n") || !strings.Contains(out, "it does not carry the bot flag") {
		t.Errorf("check says\n%s", out)
	}
	setJSON(t, filepath.Join(s.dir, "user", snacUser, "user.json"), "bot", true)
	if out := crieurSays(t, dir, "check"); !strings.Contains(out, who+"\n") || strings.Contains(out, "bot flag") {
		t.Errorf("check of a bot says\n%s", out)
	}

	if err := os.WriteFile(filepath.Join(dir, "sample.txt"), article.Sample(), 0o600); err != nil {
		t.Fatal(err)
	}
	post := func() control.PreviewPost {
		var p control.Preview
		s.decode(t, []byte(crieurSays(t, dir, "preview", "--json", "sample.txt")), &p)
		if len(p.Posts) != 1 {
			t.Fatalf("preview: %+v", p)
		}
		return p.Posts[0]
	}
	if got := post().Limit; got != 500 {
		t.Errorf("limit %d before snac was asked, want Mastodon's 500", got)
	}
	d := startCrieur(t, dir)
	d.await(t, "the limits of snac", func() bool { return post().Limit == 100000 })
	if p := post(); p.Length != utf8.RuneCountInString(p.Text) || !strings.Contains(p.Text, snacSite+"/") {
		t.Errorf("length %d of %q: want all code points, the address in full", p.Length, p.Text)
	}
	d.terminate(t)

	// The premise of the test above: the key protects from nothing here.
	for range 2 {
		form := url.Values{"status": {"twice " + snacSite + "/twice"}}
		s.do(t, "POST", "/api/v1/statuses", strings.NewReader(form.Encode()), map[string]string{"Idempotency-Key": "one"})
	}
	if n := len(s.shown(t)); n != 2 {
		t.Errorf("snac shows %d posts after two with one key, want 2", n)
	}
}

// snacMoment waits for the moment of the i-th kill.
func snacMoment(i int, posts bool) func(*testing.T, *snac, *crieurRun) {
	within := func(atMost time.Duration) func(*testing.T, *snac, *crieurRun) {
		return func(*testing.T, *snac, *crieurRun) { time.Sleep(rand.N(atMost)) }
	}
	looking := within(900 * time.Millisecond)
	if !posts {
		return looking
	}
	posted := func(t *testing.T, s *snac, d *crieurRun) {
		before := s.countStored(t)
		d.await(t, "a post", func() bool { return s.countStored(t) > before })
	}
	return []func(*testing.T, *snac, *crieurRun){
		within(150 * time.Millisecond), // while it starts
		posted,                         // snac has it on disk, the answer may be under way
		func(t *testing.T, s *snac, d *crieurRun) { posted(t, s, d); time.Sleep(rand.N(30 * time.Millisecond)) },
		frozen,
		looking,
	}[i%5]
}

// frozen holds snac still from before the daemon is up until its request lies in snac's
// socket: the daemon dies waiting for the answer, and the post lands after its death.
func frozen(t *testing.T, s *snac, d *crieurRun) {
	s.signal(t, syscall.SIGSTOP)
	// A look may come first and wait for snac in vain: then it is the look that the kill hits.
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline) && d.counts(t)["sending"] == 0; {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
}

// killAt returns how many posts stood on the server when the daemon was dead.
func (s *snac) killAt(t *testing.T, dir string, moment func(*testing.T, *snac, *crieurRun)) int {
	t.Helper()
	d := startCrieur(t, dir)
	moment(t, s, d)
	d.kill(t)
	n := s.countStored(t)
	s.signal(t, syscall.SIGCONT)
	return n
}

func (s *snac) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("snac: %v\n%s", err, s.log)
	}
}

// claims counts the claims that a kill left without an ending, and those of them whose
// post stands on the server all the same.
func (s *snac) claims(t *testing.T, db string) (open, landed int) {
	t.Helper()
	countsAndVerify(t, db)
	texts := map[string]bool{}
	eachDelivery(t, db, delivery.Sending, func(d delivery.Delivery) { texts[d.Text] = true })
	for _, p := range s.stored(t) {
		if texts[p.Text] {
			landed++
		}
	}
	return len(texts), landed
}

// finish lets the daemon work until nothing is left to do, and ends it in order.
func (s *snac) finish(t *testing.T, dir string, articles int) {
	t.Helper()
	d := startCrieur(t, dir)
	d.await(t, "the end of the queue", func() bool {
		c := d.counts(t)
		return c["delivered"]+c["held"]+c["dead"] == articles
	})
	d.terminate(t)
}

// shown asks snac's API, which lists the newest 256 whatever limit says.
func (s *snac) shown(t *testing.T) map[string]snacPost {
	t.Helper()
	var me struct {
		ID string `json:"id"`
	}
	s.decode(t, s.do(t, "GET", "/api/v1/accounts/verify_credentials", nil, nil), &me)
	var list []struct {
		ID   string `json:"id"`
		URL  string `json:"url"`
		Text string `json:"text"`
	}
	s.decode(t, s.do(t, "GET", "/api/v1/accounts/"+me.ID+"/statuses", nil, nil), &list)
	posts := map[string]snacPost{}
	for _, p := range list {
		if _, twice := posts[p.ID]; twice || len(p.ID) != 42 {
			t.Errorf("snac lists the ID %q, twice: %v", p.ID, twice)
			continue
		}
		posts[p.ID] = snacPost{p.URL, p.Text}
	}
	return posts
}

// stored reads snac's objects from its disk, by file name.
func (s *snac) stored(t *testing.T) map[string]snacPost {
	t.Helper()
	posts := map[string]snacPost{}
	err := filepath.WalkDir(filepath.Join(s.dir, "object"), func(path string, e fs.DirEntry, err error) error {
		name, isJSON := strings.CutSuffix(e.Name(), ".json")
		if err != nil || !isJSON {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var object struct{ Type, ID, SourceContent string }
		if err := json.Unmarshal(text, &object); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if object.Type == "Note" {
			posts[name] = snacPost{object.ID, object.SourceContent}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return posts
}

func (s *snac) countStored(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "user", snacUser, "public", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func checkEachOnce(t *testing.T, where string, posts map[string]snacPost, articles int) {
	t.Helper()
	times := map[string]int{}
	for _, p := range posts {
		link := "a post of no article: " + p.Text // snac posts a request that was cut, too
		if i := strings.Index(p.Text, snacSite+"/"); i >= 0 {
			link = strings.Fields(p.Text[i:])[0]
		}
		times[link]++
	}
	want := map[string]int{}
	for i := range articles {
		want[fmt.Sprintf("%s/breve-%d", snacSite, i)] = 1
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("%s has %d posts (-want +got):\n%s", where, len(posts), diff)
	}
}

func eachDelivery(t *testing.T, db string, state delivery.State, do func(delivery.Delivery)) {
	t.Helper()
	ob, err := outbox.Open(db, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := ob.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := ob.List(outbox.Filter{State: state}, func(d delivery.Delivery, _ outbox.Article) bool { do(d); return true }); err != nil {
		t.Fatal(err)
	}
}

// snacReceipts are the posts that crieur has proof of, and reports each attempt whose
// ending was unclear for another reason than a kill.
func snacReceipts(t *testing.T, db string) map[string]snacPost {
	t.Helper()
	posts := map[string]snacPost{}
	attempts := map[string]int{}
	eachDelivery(t, db, delivery.Delivered, func(d delivery.Delivery) {
		posts[d.Receipt.PostID] = snacPost{d.Receipt.URL, d.Text}
		for _, a := range d.Attempts {
			attempts[strings.TrimSpace(string(a.Class)+" "+a.Error)]++
		}
	})
	for how, n := range attempts {
		t.Logf("%d attempts: %s", n, how)
	}
	return posts
}

func fillForSnac(t *testing.T, db string, from, n int) {
	t.Helper()
	ob, err := outbox.Open(db, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var batch []outbox.NewArticle
	for i := from; i < from+n; i++ {
		text := fmt.Sprintf("Brève numéro %d : tout va bien 🎯", i)
		batch = append(batch, outbox.NewArticle{
			Article:    article.Article{Title: text, Slug: fmt.Sprintf("breve-%d", i), Teaser: text, Tags: []string{"Essai"}, Language: "fr", Format: "text", Body: text},
			Deliveries: []outbox.NewDelivery{{Account: "mastodon", Platform: "mastodon"}},
		})
	}
	if len(batch) > 0 {
		if _, err := ob.Enqueue(time.Now(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := ob.Close(); err != nil {
		t.Fatal(err)
	}
}

// crieur runs one command to its end.
func crieurSays(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("crieur", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("crieur %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}
