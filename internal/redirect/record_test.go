package redirect

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crieur/internal/article"
)

func TestTheRecordIsThePublicFaceOfAnArticle(t *testing.T) {
	rec := ask(only(frenchPage()), "GET", "/openai-signe-un-contrat.json")
	if rec.Code != 200 || rec.Header().Get("Content-Type") != "application/json" {
		t.Errorf("status %d, type %q", rec.Code, rec.Header().Get("Content-Type"))
	}
	golden(t, "french.json", rec.Body.Bytes())
}

func TestABareRecordHasEveryKey(t *testing.T) {
	got := ask(only(Page{Slug: "bare"}), "GET", "/bare.json").Body.String()
	want := `{"slug":"bare","url":"","title":"","teaser":"","source":"","link":"","language":"","tags":[],"published_at":null,"modified_at":null,"source_gone":false,"posts":[]}` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheRecordHandsOutNoAddressThatIsUnsafeInALink(t *testing.T) {
	evil := "javascript:alert(1)"
	posts := []Post{{Platform: "x", URL: evil}, {Platform: "x", URL: "https://x.com/a/status/1"}}
	body := ask(only(Page{Slug: "s", URL: evil, Article: article.Article{Source: evil, Link: evil}, Posts: posts}), "GET", "/s.json").Body.String()
	if strings.Contains(body, "javascript") {
		t.Errorf("record: %s", body)
	}
	var rec struct{ Posts []struct{ URL string } }
	if err := json.Unmarshal([]byte(body), &rec); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]struct{ URL string }{{""}, {"https://x.com/a/status/1"}}, rec.Posts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if posts[0].URL != evil {
		t.Error("the caller's page was changed")
	}
}
