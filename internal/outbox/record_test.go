package outbox

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

func anyTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(0, 250_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
}

// TestADeliveryComesBackAsItWasStored holds for every value of every field.
func TestADeliveryComesBackAsItWasStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		want := delivery.Delivery{
			ID: "0123456789ab.masto", ArticleID: "0123456789ab", Account: "masto",
			Platform: text.Draw(t, "platform"), State: rapid.SampledFrom(delivery.States()).Draw(t, "state"),
			Timed: rapid.Bool().Draw(t, "timed"), Due: anyTime().Draw(t, "due"), Priority: rapid.IntRange(-128, 127).Draw(t, "priority"),
			CreatedAt: anyTime().Draw(t, "created"), Key: text.Draw(t, "key"), Text: text.Draw(t, "text"),
			Spent: rapid.Int().Draw(t, "spent"), Reason: text.Draw(t, "reason"),
			NextLook: anyTime().Draw(t, "look"), Landed: rapid.Bool().Draw(t, "landed"), Restore: anyTime().Draw(t, "restore"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "looks") {
			want.Looks = append(want.Looks, delivery.Look{At: anyTime().Draw(t, "at"), Absent: rapid.Bool().Draw(t, "absent"), Error: text.Draw(t, "error")})
		}
		if rapid.Bool().Draw(t, "expires") {
			want.Expires = anyTime().Draw(t, "at")
		}
		if rapid.Bool().Draw(t, "receipt") {
			want.Receipt = &delivery.Receipt{PostID: text.Draw(t, "id"), URL: text.Draw(t, "url"), PostedAt: anyTime().Draw(t, "posted")}
		}
		for range rapid.IntRange(0, 3).Draw(t, "attempts") {
			want.Attempts = append(want.Attempts, delivery.Attempt{
				N: rapid.Int().Draw(t, "n"), At: anyTime().Draw(t, "at"), Class: rapid.SampledFrom(delivery.Classes()).Draw(t, "class"),
				Status: rapid.Int().Draw(t, "status"), Error: text.Draw(t, "error"),
			})
		}
		b, err := encodeDelivery(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeDelivery(want.ID, b)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("(-want +got):\n%s%v", diff, err)
		}
	})
}

// FuzzDecodeDelivery: whatever reads as a delivery is stored again as the same.
func FuzzDecodeDelivery(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"platform":"x","state":"sending","due":"2026-03-02T08:00:00Z","attempts":[{"n":1,"at":"2026-03-02T08:00:00.5+02:00"}]}`,
		`{"receipt":{"post_id":"1","posted_at":"0001-01-01T00:00:00Z"}}`, `{"text":"\ud800 <&> ` + "\u2028" + `"}`, `[]`, `null`, `{`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		const id = "0123456789ab.masto"
		d, err := decodeDelivery(id, b)
		if err != nil {
			return
		}
		again, err := encodeDelivery(d)
		if err != nil {
			t.Fatalf("read from %q, but not written: %v", b, err)
		}
		got, err := decodeDelivery(id, again)
		if diff := cmp.Diff(d, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%q became %q (-before +after):\n%s%v", b, again, diff, err)
		}
	})
}

// FuzzDecodeArticle does the same for articles.
func FuzzDecodeArticle(f *testing.F) {
	for _, s := range []string{`{}`, `{"slug":"a","source":"AAAA","content":"","article":{"title":"<é> & \"","tags":null,"sections":[{"heading":"h","paragraphs":[]}]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeArticle("0123456789ab", b)
		if err != nil {
			return
		}
		again, err := encode(r)
		if err != nil {
			t.Fatalf("read from %q, but not written: %v", b, err)
		}
		got, err := decodeArticle("0123456789ab", again)
		if diff := cmp.Diff(r, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%q became %q (-before +after):\n%s%v", b, again, diff, err)
		}
	})
}

func TestARecordIsNotBlownUpByEscapes(t *testing.T) {
	b, err := encode(articleRecord{Article: article.Article{Body: "a < b && c > d"}})
	if err != nil || !bytes.Contains(b, []byte("a < b && c > d")) || bytes.HasSuffix(b, []byte("\n")) {
		t.Errorf("%q, %v", b, err)
	}
}
