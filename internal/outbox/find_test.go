package outbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestANameMeansOneArticleOrNone: what is whole goes before a beginning, an ID before a slug.
func TestANameMeansOneArticleOrNone(t *testing.T) {
	o := openNew(t)
	var ids []string
	for n := range 7 {
		one := fresh(n, "masto", "masto2", "x")
		one.Article.Slug = []string{"article-0", "article-1", "article-11", "brest", "1k", "brest-ouvert", "le-port"}[n]
		e, err := o.Enqueue(t0, []NewArticle{one})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e[0].Article.ID)
	}
	for name, want := range map[string]struct {
		article int
		account string
	}{
		ids[2]:                               {2, ""},
		strings.ToUpper(ids[2]) + " ":        {2, ""},
		ids[2] + ".x":                        {2, "x"},
		ids[2] + ".masto":                    {2, "masto"}, // whole before the beginning of masto2
		ids[2] + ".masto2":                   {2, "masto2"},
		ids[2] + ".m":                        {2, ""},
		"article-1":                          {1, ""}, // whole before the beginning of article-11
		"article-11":                         {2, ""},
		"brest":                              {3, ""},
		"brest-":                             {5, ""},
		"Le-P":                               {6, ""},
		"le-port.x":                          {6, "x"},
		"1k":                                 {4, ""}, // a whole slug before the beginning of IDs
		"1k.masto2":                          {4, "masto2"},
		strings.ReplaceAll(ids[6], "1", "l"): {6, ""},
	} {
		a, ds, account, err := o.Find(name)
		if err != nil || a.ID != ids[want.article] || account != want.account || len(ds) != 3 {
			t.Errorf("%q: %s, account %q, %d deliveries, %v; want %s, account %q", name, a.ID, account, len(ds), err, ids[want.article], want.account)
		}
	}
	for _, name := range []string{"", " ", ".", ".x", "nothing", ids[0] + ".nobody", ids[0] + "0", "article-111", ids[0] + ".x.y", "~", "\x00"} {
		if a, _, _, err := o.Find(name); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %s, %v, want ErrNotFound", name, a.ID, err)
		}
	}
	mustVerify(t, o)
}

func TestASharedBeginningListsTheNewestCandidates(t *testing.T) {
	o := openNew(t)
	var ids []string
	for n := range 7 {
		e, err := o.Enqueue(t0, []NewArticle{fresh(n, "masto", "x")})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e[0].Article.ID)
	}
	for name, first := range map[string]int{ids[0][:3]: 6, ids[0][:3] + ".x": 6, "article-": 0} {
		_, _, _, err := o.Find(name)
		var several *AmbiguousError
		if !errors.As(err, &several) || len(several.Candidates) != mostCandidates || !several.More {
			t.Fatalf("%q: %v", name, err)
		}
		if c := several.Candidates[0]; c.ID != ids[first] || c.Title != fmt.Sprintf("Article %d", first) {
			t.Errorf("%q: the first candidate is %+v, want article %d", name, c, first)
		}
		if text := err.Error(); strings.Count(text, "\n") != mostCandidates+1 || !strings.HasSuffix(text, "… and others") {
			t.Errorf("%q: %s", name, text)
		}
	}
	mustVerify(t, o)
}
