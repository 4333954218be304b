package outbox

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

func TestAWithdrawnArticleIsNeverSentEvenWhenALookFreesIt(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "x", "masto"))[0]
	ids := []string{e.Deliveries[0].ID, e.Deliveries[1].ID}
	d := mustClaim(t, o, ids[0], t0)
	mustSettle(t, o, d.ID, 1, t0, ambiguous())

	w, err := o.Withdraw(e.Article.ID, t0.Add(time.Hour))
	if err != nil || len(w.Cancelled) != 1 || w.Cancelled[0].ID != ids[1] || len(w.Left) != 1 || w.Left[0].ID != ids[0] {
		t.Fatalf("withdrawal %+v, %v", w, err)
	}
	later := t0.Add(2 * time.Hour)
	if _, err := o.Move(ids[0], later, Outcome{To: delivery.Scheduled, Due: later}); err != nil {
		t.Fatal(err)
	}
	c, err := o.Claim(ids[0], later, Terms{Compose: compose})
	if !errors.Is(err, ErrWithdrawn) || c.State != delivery.Cancelled {
		t.Errorf("claim: %s, %v", c.State, err)
	}
	more := fresh(1, "another")
	more.Extend = true
	if _, err := o.Enqueue(later, []NewArticle{more}); !errors.Is(err, ErrWithdrawn) {
		t.Errorf("another account for a withdrawn article: %v", err)
	}
	more.Again = true
	if es, err := o.Enqueue(later, []NewArticle{more}); err != nil || !es[0].Article.WithdrawnAt.IsZero() || es[0].Article.ID == e.Article.ID {
		t.Errorf("stored as a new one: %+v, %v", es, err)
	}
	mustVerify(t, o)
}

func TestACorrectionChangesWhatIsNotFrozenAndNothingElse(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "x", "masto"))[0]
	frozen := mustClaim(t, o, e.Deliveries[0].ID, t0)
	mustSettle(t, o, frozen.ID, 1, t0, refused(t0.Add(time.Minute)))

	corrected := text(2, 300)
	corrected.ContentWarning = "new"
	if _, err := o.Update(e.Article.ID, corrected, t0, nil); err != nil {
		t.Fatal(err)
	}
	again := mustClaim(t, o, frozen.ID, t0.Add(time.Minute))
	if again.Text != frozen.Text {
		t.Errorf("the frozen text became %q", again.Text)
	}
	other := mustClaim(t, o, e.Deliveries[1].ID, t0)
	if want := corrected.Teaser + " /article-1"; other.Text != want {
		t.Errorf("the text that was not frozen is %q, want %q", other.Text, want)
	}
	a, _, err := o.BySlug("article-1")
	if err != nil || a.Title != corrected.Title || a.ContentWarning != "" {
		t.Errorf("article %+v, %v", a, err)
	}
	mustVerify(t, o)
}

// A source that was given up as gone belongs to the old address.
func TestAnotherSourceIsNotGone(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "x"))[0]
	source := e.Article.Source
	for _, at := range []time.Time{t0, t0.Add(24 * time.Hour)} {
		if _, turned, err := o.SetSource(e.Article.ID, source, at, true); err != nil || turned != at.After(t0) {
			t.Fatalf("at %v: turned %t, %v", at, turned, err)
		}
	}
	a, _, err := o.Article(e.Article.ID)
	if err != nil || !a.SourceGoneAt.Equal(t0) {
		t.Fatalf("gone at %v, %v", a.SourceGoneAt, err)
	}
	a, err = o.Update(e.Article.ID, text(2, 300), t0.Add(25*time.Hour), nil)
	if err != nil || !a.SourceGoneAt.IsZero() || !a.SourceProbedAt.IsZero() {
		t.Errorf("gone at %v, probed at %v, %v", a.SourceGoneAt, a.SourceProbedAt, err)
	}
}

// A probe takes its time, and meanwhile an operator corrects or withdraws.
func TestWhatIsSaidOfAnotherSourceOrAWithdrawnArticleIsDropped(t *testing.T) {
	o := openNew(t)
	id := mustEnqueue(t, o, fresh(1, "x"))[0].Article.ID
	old := text(1, 300).Source
	corrected, err := o.Update(id, text(2, 300), t0, nil)
	if err != nil || corrected.Source == old {
		t.Fatalf("source %q, %v", corrected.Source, err)
	}
	dropped := func(what, source string) {
		t.Helper()
		for _, at := range []time.Time{t0.Add(time.Hour), t0.Add(48 * time.Hour)} {
			a, turned, err := o.SetSource(id, source, at, true)
			if err != nil || turned || !a.SourceProbedAt.IsZero() || !a.SourceMissing.IsZero() {
				t.Errorf("%s: turned %t, missing since %v, %v", what, turned, a.SourceMissing, err)
			}
		}
	}
	dropped("the old source", old)
	if _, err := o.Withdraw(id, t0); err != nil {
		t.Fatal(err)
	}
	dropped("a withdrawn article's", corrected.Source)
	mustVerify(t, o)
}

func TestSameFindsBySourceByContentAndBySlug(t *testing.T) {
	o := openNew(t)
	one, two := mustEnqueue(t, o, fresh(1, "x"))[0].Article.ID, mustEnqueue(t, o, fresh(2, "x"))[0].Article.ID
	copied := fresh(2, "x")
	copied.Again = true
	three := mustEnqueue(t, o, copied)[0].Article.ID

	bySource := text(9, 100)
	bySource.Source = text(1, 0).Source
	byContent := text(1, 500)
	byContent.Source, byContent.Slug = "https://elsewhere.example/", "article-2"
	bySlug := text(9, 100)
	bySlug.Slug = "article-1"
	both := text(1, 500)
	both.Source = text(2, 0).Source
	for name, c := range map[string]struct {
		of   article.Article
		want string
	}{
		"source": {bySource, one}, "content before slug": {byContent, one}, "slug": {bySlug, one},
		"a copy": {text(2, 0), two + three}, "source of one, content of another": {both, one + two + three}, "none": {text(9, 0), ""},
	} {
		got, err := o.Same(c.of)
		ids := ""
		for _, a := range got {
			ids += a.ID
		}
		if err != nil || ids != c.want {
			t.Errorf("%s: found %q, want %q, %v", name, ids, c.want, err)
		}
	}
}

func TestVerifyFindsEveryDamageOfAnAmendment(t *testing.T) {
	for want, damage := range map[string]func(t tx, id string) error{
		"the article is missing":  func(t tx, _ string) error { return t.putAmendment("zzzzzzzzzzzz", amendment{WithdrawnAt: t0}) },
		"and a corrected article": func(t tx, id string) error { return t.putAmendment(id, amendment{UpdatedAt: t0}) },
		"gone since":              func(t tx, id string) error { return t.putAmendment(id, amendment{GoneSince: t0}) },
		"leads nowhere":           func(t tx, id string) error { return t.putAmendment(id, amendment{Sources: [][]byte{[]byte("x")}}) },
		"twice": func(t tx, id string) error {
			return t.putAmendment(id, amendment{Contents: [][]byte{fingerprintsOf(text(1, 500)).content}})
		},
		"damaged":     func(t tx, id string) error { return t.data.Put(plainKey(kindAmendment, id), []byte("{")) },
		"account for": func(t tx, id string) error { return t.putFirst(plainKey(kindSource, "x"), id) },
	} {
		o := openNew(t)
		id := mustEnqueue(t, o, fresh(1, "x"))[0].Article.ID
		breakIt(t, o, func(t tx) error { return damage(t, id) })
		if err := o.Verify(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Verify said %v", want, err)
		}
	}
}

func TestARestoreDoesNotForgetAWithdrawalByMistake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	o, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := mustEnqueue(t, o, fresh(1, "x"))[0]
	d := mustClaim(t, o, e.Deliveries[0].ID, t0)
	mustSettle(t, o, d.ID, 1, t0, delivered("1"))
	if err := o.BackupFile(path+".backup", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Withdraw(e.Article.ID, t0); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := RestoreFile(path+".backup", path, t0.Add(time.Hour), false); !errors.Is(err, ErrTargetNewer) || !strings.Contains(err.Error(), "withdrawn") {
		t.Errorf("restore said %v", err)
	}
}

// Held from sending is what a check between claim and request may do: nothing was sent,
// so the post and its money are given back, and no attempt is spent.
func TestHoldingBeforeTheRequestGivesEverythingBack(t *testing.T) {
	o := openNew(t)
	e := mustEnqueue(t, o, fresh(1, "x"))[0]
	terms := Terms{Compose: compose, Month: "2026-03", Cost: func(string) Micros { return 15_000 }}
	d, err := o.Claim(e.Deliveries[0].ID, t0, terms)
	if err != nil {
		t.Fatal(err)
	}
	d = mustSettle(t, o, d.ID, 1, t0, Outcome{To: delivery.Held, Class: delivery.Throttled, Error: "not sent", Reason: "the card is broken"})
	spent, err := o.Spent("x", "2026-03")
	p, perr := o.Pace("x")
	if err != nil || perr != nil || spent != 0 || len(p.Posts) != 0 || d.Spent != 0 || d.State != delivery.Held {
		t.Errorf("%s, %d attempts spent, %v spent, posts %v, %v %v", d.State, d.Spent, spent, p.Posts, err, perr)
	}
	if _, err := o.Move(d.ID, t0, Outcome{To: delivery.Scheduled}); err != nil {
		t.Fatal(err)
	}
	if again := mustClaim(t, o, d.ID, t0); again.Text != d.Text || again.Key != d.Key {
		t.Errorf("another text or key: %+v", again)
	}
	mustVerify(t, o)
}
