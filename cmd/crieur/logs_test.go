package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"crieur/internal/sandbox"
)

// logged runs a daemon whose standard error is a file, until do has returned, and returns
// what it logged. stream is the value of $JOURNAL_STREAM, given the file's device and inode.
func logged(t *testing.T, config string, stream func(dev, ino uint64) string, do func(cmd *exec.Cmd, dir string), args ...string) string {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBox(t, box)
	dir := t.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		t.Fatal(err)
	}
	appendTo(t, filepath.Join(dir, "crieur.toml"), config)
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	fi, err := log.Stat()
	if err != nil {
		t.Fatal(err)
	}
	st := fi.Sys().(*syscall.Stat_t)
	cmd := exec.Command("crieur", append([]string{"run"}, args...)...)
	// Without the suite's witness: standard error must be the file itself.
	cmd.Env = append(os.Environ(), outputDir+"=", "JOURNAL_STREAM="+stream(st.Dev, st.Ino))
	cmd.Dir, cmd.Stderr = dir, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "an answer", func() bool {
		c := exec.Command("crieur", "status")
		c.Dir = dir
		out, err := c.Output()
		return err == nil && strings.Contains(string(out), " runs since ")
	})
	if do != nil {
		do(cmd, dir)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	return readFile(t, filepath.Join(dir, "log"))
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(readFile(t, path)+text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func journalOf(dev, ino uint64) string { return fmt.Sprintf("%d:%d", dev, ino) }

func TestTheDaemonLogsAsItsSurroundingsWish(t *testing.T) {
	notOf := func(dev, ino uint64) string { return fmt.Sprintf("%d:%d", dev, ino+1) }
	for name, row := range map[string]struct {
		config string
		stream func(dev, ino uint64) string
		args   []string
		line   string // each line is so
	}{
		"journal":           {"", journalOf, nil, `^<[346]>msg=`},
		"journal, json":     {"[log]\nformat = \"json\"\n", journalOf, nil, `^<[346]>\{"time":.*\}$`},
		"another's journal": {"", notOf, nil, `^time=\S+ level=[A-Z]+ msg=`},
		"json":              {"", notOf, []string{"--json"}, `^\{"time":.*\}$`},
	} {
		t.Run(name, func(t *testing.T) {
			log := logged(t, row.config, row.stream, nil, row.args...)
			for line := range strings.Lines(log) {
				line = strings.TrimSuffix(line, "\n")
				if !regexp.MustCompile(row.line).MatchString(line) {
					t.Errorf("%q does not match %s", line, row.line)
				}
				if i := strings.IndexByte(line, '{'); i >= 0 && strings.Contains(row.line, `\{`) && !json.Valid([]byte(line[i:])) {
					t.Errorf("no JSON: %s", line)
				}
			}
			if strings.Count(log, "daemon.ready") != 1 || strings.Count(log, "daemon.stopping") != 1 || strings.Contains(log, "control.read") {
				t.Errorf("want one daemon.ready, one daemon.stopping and nothing at debug:\n%s", log)
			}
		})
	}
}

func TestAReloadMakesARunningDaemonTalkMore(t *testing.T) {
	log := logged(t, "[log]\nlevel = \"error\"\n", journalOf, func(cmd *exec.Cmd, dir string) {
		path := filepath.Join(dir, "crieur.toml")
		if err := os.WriteFile(path, []byte(strings.Replace(readFile(t, path), `level = "error"`, `level = "debug"`, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "a line at debug", func() bool {
			c := exec.Command("crieur", "status")
			c.Dir = dir
			return c.Run() == nil && strings.Contains(readFile(t, filepath.Join(dir, "log")), "event=control.read")
		})
	})
	if strings.Contains(log, "daemon.ready") || !strings.Contains(log, "<7>") {
		t.Errorf("%s", log)
	}
}
