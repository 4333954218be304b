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
		got := compose(strings.Repeat("s", 500), time.UTC, topics[:n])
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

// People read the time on their wall, not UTC and not what programs write.
func TestMomentsAreToldInTheSitesZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"no post before 2026-11-27T13:05:00Z; wait":      "no post before 27 Nov 14:05 CET; wait",
		"until 2026-07-01T00:30:00.5+02:00.":             "until 1 Jul 00:30 CEST.",
		"no moment: 2026-13-27T13:05:00Z, id 2026-11-27": "no moment: 2026-13-27T13:05:00Z, id 2026-11-27",
	} {
		if got := inZone(text, paris); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	at := time.Date(2026, 11, 27, 13, 5, 0, 0, time.UTC)
	topics := []topic{
		{first: Message{Kind: "held", Text: "a", At: at}, count: 1},
		{first: Message{Kind: "dead"}, last: Message{Text: "b", At: at}, count: 2, told: at.Add(-time.Hour)},
	}
	if got, want := compose("s", paris, topics).text, "held: 14:05 CET, a\ndead: and 2 more since 13:05 CET, the latest: 14:05 CET, b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
