package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/sandbox"
)

// completed returns what a shell is offered for the rest of a line, without the
// directive, and the directive.
func completed(line ...string) (offered []string, directive string) {
	out, _ := crieurHere(append([]string{"__complete"}, line...)...)
	out, _, _ = strings.Cut(out, "Completion ended")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1]
}

// completionWorld has an article A with a scheduled delivery for mastodon and an
// article B with two.
func completionWorld(t *testing.T) *strings.Replacer {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBox(t, box) })
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	return waitingArticles(t, dir, "https://news.example.org")
}

func TestCompletionOffersWhatFits(t *testing.T) {
	ids := completionWorld(t)
	const deliveries, none, noFiles, kept, folders, files, ext = "C.x-main\tSecond one|C.mastodon\tSecond one|B.mastodon\tFirst one", "", ":4", ":36", ":16", ":0", ":8"
	const articles, accounts = "C\tSecond one|B\tFirst one", "x-main\tx|mastodon\tmastodon"
	const states = "scheduled|sending|unknown|held|delivered|dead|cancelled|expired"
	check := func(t *testing.T) {
		for _, c := range []struct{ line, want, directive string }{
			{"cancel ", deliveries, kept}, {"reschedule ", deliveries, kept}, {"retry ", deliveries, kept},
			{"resolve ", none, kept}, // nothing is held
			{"show ", articles, kept}, {"withdraw ", articles, kept}, {"enqueue --article ", articles, kept},
			{"show C", "C\tSecond one", kept}, {"show C.", "C.x-main\tSecond one|C.mastodon\tSecond one", kept},
			{"cancel C.m", "C.mastodon\tSecond one", kept}, {"cancel zzz", none, kept}, {"show C.zzz", none, kept}, {"show 1.", none, kept},
			{"cancel " + strings.Repeat("1", 40), none, kept},
			{"show B ", none, noFiles},
			{"pause ", accounts, noFiles}, {"resume ", accounts, noFiles}, {"list --account ", accounts, noFiles},
			{"plan --account ", accounts, noFiles}, {"enqueue --account ", accounts, noFiles}, {"pause x-main ", none, noFiles},
			{"list --state ", states, noFiles}, {"length --platform ", "x|mastodon", noFiles}, {"completion ", "bash|zsh|fish", noFiles},
			{"list ", none, noFiles}, {"plan --from ", none, noFiles}, {"list --limit ", none, noFiles},
			{"enqueue ", none, files}, {"enqueue a.md ", none, files}, {"preview ", none, files}, {"backup ", none, files}, {"restore ", none, files},
			{"backup b.db ", none, noFiles}, {"export ", none, folders}, {"man ", none, folders}, {"list --config ", "toml", ext},
			{"help al", "alert\tsee that alerts reach you", noFiles}, {"help alert ", "test\tsend a message to every service of the configuration", noFiles},
		} {
			line := strings.Split(c.line, " ")
			for i := range line {
				if head, _, _ := strings.Cut(line[i], "."); len(head) == 1 && head != "1" {
					line[i] = ids.Replace(line[i])
				}
			}
			var want []string
			for _, w := range strings.Split(c.want, "|") {
				if id, title, ok := strings.Cut(w, "\t"); ok && id[0] < 'a' {
					w = ids.Replace(id) + "\t" + title
				}
				if w != "" {
					want = append(want, w)
				}
			}
			got, directive := completed(line...)
			if c.line == "help al" {
				got = slicesWithPrefix(got, "al") // the shell filters
			}
			if strings.Join(got, "|") != strings.Join(want, "|") || directive != c.directive {
				t.Errorf("%q: %q %s, want %q %s", c.line, got, directive, want, c.directive)
			}
		}
	}
	t.Run("offline", check)
	t.Run("online", func(t *testing.T) {
		startDaemon(t, ".", "crieur run")
		check(t)
	})
}

func slicesWithPrefix(words []string, begin string) (out []string) {
	for _, w := range words {
		if strings.HasPrefix(w, begin) {
			out = append(out, w)
		}
	}
	return out
}

// TestCompletionIsSilentAndBoundedWhateverIsWrong: none of these may hang a shell, for
// minutes as the other commands would wait, or write into the line that is typed.
func TestCompletionIsSilentAndBoundedWhateverIsWrong(t *testing.T) {
	completionWorld(t)
	silent := func(t *testing.T, config string) {
		t.Helper()
		for _, line := range [][]string{{"show", ""}, {"cancel", "1"}, {"enqueue", "--article", ""}} {
			got, directive := completed(append([]string{"--config", config}, line...)...)
			if len(got) > 0 || directive != ":36" {
				t.Errorf("%q: %q %s", line, got, directive)
			}
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("broken.toml", "[site\n")
	silent(t, "broken.toml")
	silent(t, "nowhere.toml")

	text, err := os.ReadFile("crieur.toml")
	if err != nil {
		t.Fatal(err)
	}
	write("damaged.toml", strings.Replace(string(text), "outbox.db", "damaged.db", 1))
	write("damaged.db", strings.Repeat("no outbox ", 1000))
	silent(t, "damaged.toml")

	// A daemon that is frozen: its socket takes connections, and nobody answers.
	write("frozen.toml", strings.Replace(string(text), "control.sock", "frozen.sock", 1))
	l, err := net.Listen("unix", "frozen.sock")
	if err != nil {
		t.Fatal(err)
	}
	silent(t, "frozen.toml")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	// One that was killed leaves its socket: then it is offline.
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "dead.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false)
	write("dead.toml", strings.Replace(string(text), "control.sock", dead.Addr().String(), 1))
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if got, _ := completed("--config", "dead.toml", "show", ""); len(got) != 2 {
		t.Errorf("beside a stale socket: %q", got)
	}
}
