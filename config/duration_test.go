package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationsAreWrittenShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Second: "1s", time.Minute: "1m", 10 * time.Minute: "10m", time.Hour: "1h", 48 * time.Hour: "48h",
		90 * time.Minute: "1h30m", time.Hour + time.Second: "1h0m1s", 20 * time.Second: "20s", -time.Hour: "-1h", 1500 * time.Millisecond: "1.5s",
	} {
		if got := Duration(d).String(); got != want {
			t.Errorf("%d: got %q, want %q", d, got, want)
		}
	}
}

func TestDurationsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Duration(rapid.Int64().Draw(t, "ns"))
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got Duration
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Fatalf("%d became %q became %d, %v", want, text, got, err)
		}
	})
}

func TestNearestFindsSlipsAndNothingElse(t *testing.T) {
	keys := []string{"path", "listen", "api", "x", "max_attempts", "max_age"}
	for word, want := range map[string]string{
		"pth": "path", "paht": "path", "Listen": "listen", "listne": "listen", "max-age": "max_age", "attempts": "max_attempts",
		"max_attempt": "max_attempts", "schedule": "", "y": "", "": "", "apy": "api",
	} {
		if got := Nearest(word, keys); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// TestDidYouMeanKnowsNamesAsTheyAreWritten, with their hyphens.
func TestDidYouMeanKnowsNamesAsTheyAreWritten(t *testing.T) {
	for word, want := range map[string]string{
		"x-mian": `: did you mean "x-main"?`, "xmain": `: did you mean "x-main"?`, "mast": `: did you mean "Mastodon-FR"?`,
		"x_main": `: did you mean "x-main"?`, "nobody": "", "": "",
	} {
		if got := DidYouMean(word, []string{"x-main", "Mastodon-FR"}); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
