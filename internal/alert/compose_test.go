package alert

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestALongMessageIsCutAndSaysSo(t *testing.T) {
	var topics []topic
	for range 50 {
		m := bounded(Message{Kind: "held", Account: strings.Repeat("a", 100), Title: strings.Repeat("é", 1000), Text: strings.Repeat("x", 9000), At: time.Now()})
		topics = append(topics, topic{first: m, last: m, count: 1})
	}
	for n := 1; n <= len(topics); n++ {
		got := compose(strings.Repeat("s", 500), topics[:n])
		if size := utf8.RuneCountInString(got.text); size > maxText {
			t.Errorf("%d topics make %d characters", n, size)
		}
		if size := utf8.RuneCountInString(got.title); size > maxTitle {
			t.Errorf("%d topics make a title of %d characters", n, size)
		}
		if n > 5 && !strings.Contains(got.text, "more alerts: see \"crieur status\"") {
			t.Errorf("%d topics, and the text does not say that some are left out:\n%s", n, got.text)
		}
	}
}

func TestAMessageIsOneLineWithoutTricks(t *testing.T) {
	got := bounded(Message{Kind: "he\x00ld", Account: "a\r\nBcc: b@example.org", Title: "\u202egnp\u2066\u2028x", Text: "a\xffb\n\n c"})
	want := Message{Kind: "he ld", Account: "a Bcc: b@example.org", Title: "gnp x", Text: "a\ufffdb c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
