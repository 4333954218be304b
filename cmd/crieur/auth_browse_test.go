package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"crieur/internal/sandbox"
)

var (
	shownAddress = regexp.MustCompile(`^  (http\S+)$`)
	shownCode    = regexp.MustCompile(`<code>(.+?)</code>`)
)

// browse runs a login, and plays its owner: the person at the terminal and at the browser.
//
//	browse HOW [ANSWER...] -- crieur auth ...
//
// The answers are typed first, a line each. HOW is what happens at the address that is
// shown: agree (and paste the code), follow (the browser comes back by itself), address
// (paste the whole address that it ends up at), foreign (that of another login), typo,
// deny, expired, silent (nobody answers).
func browse(ts *testscript.TestScript, neg bool, args []string) {
	split := slices.Index(args, "--")
	if split < 1 || split+1 >= len(args) {
		ts.Fatalf("usage: browse HOW [ANSWER...] -- COMMAND ARG...")
	}
	how, answers, command := args[0], args[1:split], args[split+1:]
	box, ok := ts.Value("box").(*sandbox.Sandbox)
	if !ok {
		ts.Fatalf("no sandbox")
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
	if dir := ts.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		cmd.Env = append(cmd.Env, "CREDENTIALS_DIRECTORY="+dir)
	}
	cmd.Stdout = ts.Stdout()
	in, err := cmd.StdinPipe()
	ts.Check(err)
	said, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	timer := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	for _, a := range answers {
		_, _ = fmt.Fprintln(in, a) // a command that refused at once reads nothing
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		_, _ = fmt.Fprintln(ts.Stderr(), lines.Text())
		if m := shownAddress.FindStringSubmatch(lines.Text()); m != nil {
			answer, err := visit(box, how, m[1])
			ts.Check(err)
			if answer != "" {
				_, _ = fmt.Fprintln(in, answer)
			}
			if how != "follow" {
				ts.Check(in.Close())
			}
		}
	}
	ts.Check(lines.Err())
	err = cmd.Wait()
	_, _ = fmt.Fprintf(ts.Stderr(), "exit status %d\n", cmd.ProcessState.ExitCode())
	if failed := err != nil; failed != neg {
		ts.Fatalf("%v: %v, want a failure: %v", command, err, neg)
	}
}

// visit opens the address as a browser does, and returns what its owner types then.
func visit(box *sandbox.Sandbox, how, address string) (string, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	if how != "follow" {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	if how == "deny" {
		address += "&deny=1"
	}
	resp, err := client.Get(address)
	if err != nil {
		return "", err
	}
	page, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return "", err
	}
	if how == "expired" {
		box.X.ExpireCodes()
		box.Mastodon.ExpireCodes()
	}
	if back := resp.Header.Get("Location"); back != "" {
		switch how {
		case "address", "deny":
			return " " + back + " ", nil
		case "foreign":
			return strings.Replace(back, "state=", "state=x", 1), nil
		}
		code := regexp.MustCompile(`code=([^&]+)`).FindStringSubmatch(back)
		return code[1], nil
	}
	code := shownCode.FindStringSubmatch(string(page))
	switch {
	case how == "silent" || how == "follow" || how == "deny":
		return "", nil
	case code == nil:
		return "", fmt.Errorf("no code in %s", page)
	case how == "typo":
		return code[1] + "7", nil
	}
	return " " + code[1] + "\t", nil
}

// onPlatform does what an account's owner does there: platform revoke
func onPlatform(ts *testscript.TestScript, neg bool, args []string) {
	box, ok := ts.Value("box").(*sandbox.Sandbox)
	if neg || !ok || len(args) != 1 || args[0] != "revoke" {
		ts.Fatalf("usage: platform revoke")
	}
	box.X.Revoke()
	box.Mastodon.Revoke()
}
