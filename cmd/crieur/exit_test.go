package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/sandbox"
)

// exits are verbs and kinds of mistakes, with the exit code and a word of the error.
// A is a scheduled delivery, B its article, C an article with two deliveries, U/ where
// pages are.
var exits = []struct {
	line string
	code int
	word string
}{
	{"", 0, ""}, {"--help", 0, ""}, {"help show", 0, ""}, {"version", 0, ""}, {"list", 0, ""}, {"status", 0, ""}, {"plan", 0, ""},
	{"show A", 0, ""}, {"show B", 0, ""}, {"show first-one", 0, ""}, {"show first", 0, ""}, {"show U/first-one", 0, ""},
	{"config show", 0, ""}, {"check", 0, ""}, {"preview first.md", 0, ""}, {"completion bash", 0, ""}, {"man", 0, ""},

	{"statsu", 2, `"statsu": did you mean "status"?`}, {"enque first.md", 2, `did you mean "enqueue"?`}, {"statsu --watch", 2, `did you mean "status"?`},
	{"frobnicate", 2, `unknown command "frobnicate" (see "crieur --help")`}, {"config shwo", 2, `unknown command "config shwo": did you mean "show"?`},
	{"alert tset", 2, `did you mean "test"?`}, {"help statsu", 2, `did you mean "status"?`}, {"help config shwo", 2, `did you mean "show"?`},
	{"list --sate held", 2, "unknown flag --sate: did you mean --state?"}, {"show --jsno A", 2, "did you mean --json?"},
	{"list --frobnicate", 2, `unknown flag --frobnicate (see "crieur list --help")`}, {"list -x", 2, "-x"},
	{"resolve A --notposted", 2, "did you mean --not-posted?"},
	{"list --limit many", 2, `--limit "many": want a whole number`}, {"list --state", 2, "--state: STATE is missing"},
	{"list --json=maybe", 2, "want true or false"}, {"list --limit -1", 2, "negative"},

	{"show", 2, "ID is missing: want crieur show ID"}, {"show A B", 2, "is one too many: want crieur show ID"},
	{"list held", 2, `"held" is one too many: crieur list takes no argument`}, {"status now", 2, "takes no argument"},
	{"cancel", 2, "ID is missing"}, {"retry", 2, "ID is missing"}, {"reschedule --now", 2, "ID is missing"}, {"resolve --not-posted", 2, "ID is missing"},
	{"withdraw", 2, "ID is missing"}, {"pause one two", 2, `"two" is one too many: want crieur pause [ACCOUNT]`}, {"resume one two", 2, "one too many"},
	{"backup", 2, "FILE is missing"}, {"restore", 2, "FILE is missing"}, {"export", 2, "DIR is missing"}, {"enqueue", 2, "FILE...|- is missing"},
	{"preview", 2, "FILE...|- is missing"}, {"check it", 2, "takes no argument"}, {"plan it", 2, "takes no argument"}, {"run it", 2, "takes no argument"},
	{"demo it", 2, "takes no argument"}, {"version it", 2, "takes no argument"}, {"config init it", 2, "takes no argument"}, {"config show it", 2, "takes no argument"},
	{"alert test it", 2, "takes no argument"}, {"length it", 2, "takes no argument"}, {"completion", 2, "bash|zsh|fish is missing"},
	{"completion tcsh", 2, `shell "tcsh": want bash, zsh, fish`}, {"man one two", 2, "one too many"},

	{"show zzzz", 2, "zzzz"}, {"cancel zzzz", 2, "zzzz"}, {"retry zzzz", 2, "zzzz"}, {"reschedule zzzz --now", 2, "zzzz"},
	{"resolve zzzz --not-posted", 2, "zzzz"}, {"withdraw --yes zzzz", 2, "zzzz"}, {"enqueue --update --article zzzz first.md", 2, "zzzz"},
	{"show 1", 2, "several articles begin so"}, {"cancel 1", 2, "First one"}, {"retry 1", 2, "Second one"}, {"reschedule 1 --now", 2, "several"},
	{"resolve 1 --not-posted", 2, "several"}, {"withdraw --yes 1", 2, "several"}, {"enqueue --update --article 1 first.md", 2, "several"},
	{"show B.nobody", 2, "the article has"}, {"cancel C", 2, "2 deliveries, say which"}, {"retry second-one", 2, "C.mastodon  scheduled"},
	{"resolve A --not-posted", 2, "not held"}, {"resolve A", 2, "--posted URL or --not-posted"}, {"withdraw B", 2, "--yes"},
	{"reschedule A", 2, "say when"}, {"reschedule A --now --slot", 2, "exclude"}, {"reschedule A --at yesterday", 2, "RFC 3339"},

	{"list --state sleeping", 2, "sleeping"}, {"list --account nobody", 2, "nobody"}, {"pause nobody", 2, `"x-main"`}, {"resume nobody", 2, `"x-main"`},
	{"plan --account nobody", 2, "nobody"}, {"plan --days 0", 2, "want 1 to 366"}, {"length --platform gopher", 2, "want x or mastodon"}, {"length", 2, "want x or mastodon"},
	{"enqueue missing.md", 2, "missing.md"}, {"preview missing.md", 2, "missing.md"}, {"enqueue --update missing.md", 2, "missing.md"},
	{"enqueue --article B first.md", 2, "--update"}, {"enqueue --account nobody first.md", 2, "nobody"},
	{"--config nowhere.toml status", 2, "nowhere.toml"}, {"--config typo.toml list", 2, "base_url"}, {"--config typo.toml run", 2, "base_url"},
	{"--config typo.toml check", 2, "base_url"}, {"config init --config crieur.toml", 2, "is there already"},
	{"restore missing.db", 2, "missing.db"}, {"backup first.md", 2, "first.md"}, {"backup nowhere/b.db", 2, "nowhere"}, {"backup --keep 0 b.db", 2, "want 1 or more"},
	{"alert test", 2, "[[alert]]"},
}

func TestEveryMistakeHasItsExitCodeOnlineAndOffline(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	t.Chdir(dir)
	at, err := writeWorld(dir, box)
	if err != nil {
		t.Fatal(err)
	}
	// "check" asks for the public address.
	conf, err := os.ReadFile("crieur.toml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("crieur.toml", bytes.Replace(conf, []byte("https://news.example.org"), []byte("http://"+at.pages), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	ids := waitingArticles(t, dir, "http://"+at.pages)
	t.Run("offline", func(t *testing.T) { playExits(t, ids) })
	t.Run("online", func(t *testing.T) {
		startDaemon(t, dir, "crieur run")
		playExits(t, ids)
	})
}

// waitingArticles writes and enqueues what exits speaks of.
func waitingArticles(t *testing.T, dir, base string) *strings.Replacer {
	t.Helper()
	article := func(title string) string {
		return "---\ntitle: " + title + "\nsource: https://example.org/" + strings.ReplaceAll(title, " ", "-") + "\nlanguage: en\n---\nThe body of " + title + ".\n"
	}
	for name, text := range map[string]string{
		"first.md": article("First one"), "second.md": article("Second one"), "typo.toml": "[site]\nbase_ulr = \"https://news.example.org\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	id := func(args ...string) string {
		out, code := crieurHere(append([]string{"enqueue", "--json", "--at", "2030-12-01T08:30"}, args...)...)
		_, rest, _ := strings.Cut(out, `"id":"`)
		id, _, ok := strings.Cut(rest, `"`)
		if code != 0 || !ok {
			t.Fatalf("%v: %s", args, out)
		}
		return id
	}
	b, c := id("--account", "mastodon", "first.md"), id("second.md")
	return strings.NewReplacer("A", b+".mastodon", "B", b, "C", c, "U/", base+"/")
}

func playExits(t *testing.T, ids *strings.Replacer) {
	for _, e := range exits {
		args := strings.Fields(e.line)
		for i, arg := range args {
			if head, _, _ := strings.Cut(arg, "."); len(head) == 1 || strings.HasPrefix(arg, "U/") {
				args[i] = ids.Replace(arg)
			}
		}
		out, code := crieurHere(args...)
		word := e.word
		if strings.HasPrefix(word, "C.") {
			word = ids.Replace(word)
		}
		if code != e.code || !strings.Contains(out, word) {
			t.Errorf("crieur %s: exit code %d, want %d, and %q in:\n%s", e.line, code, e.code, word, out)
		}
	}
}

// crieurHere runs crieur in this process, without a terminal, and returns both outputs and the exit code.
func crieurHere(args ...string) (string, int) {
	var both bytes.Buffer
	code := run(args, strings.NewReader(""), &both, &both)
	return both.String(), code
}
