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
	var env []string
	if dir := ts.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		env = append(env, "CREDENTIALS_DIRECTORY="+dir)
	}
	person := owner{ts.Getenv("WORK"), env, how != "follow", func(address string) (string, error) { return visit(box, how, address) }}
	code, err := person.run(ts.Stdout(), ts.Stderr(), answers, command)
	ts.Check(err)
	if (code != 0) != neg {
		ts.Fatalf("%v: exit status %d, want a failure: %v", command, code, neg)
	}
}

// owner is the account's: the person at the terminal and at the browser.
type owner struct {
	dir   string
	env   []string
	types bool // what open returns; else standard input just stays open
	open  func(address string) (typed string, err error)
}

// run returns the exit status, which it also writes to stderr.
func (o owner) run(stdout, stderr io.Writer, answers, command []string) (code int, err error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Stdout = o.dir, stdout
	cmd.Env = append(append(os.Environ(), "HOME="+o.dir), o.env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	timer := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	for _, a := range answers {
		_, _ = fmt.Fprintln(in, a) // a command that refused at once reads nothing
	}
	var failed error
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		_, _ = fmt.Fprintln(stderr, lines.Text())
		m := shownAddress.FindStringSubmatch(lines.Text())
		if m == nil || failed != nil {
			continue
		}
		var answer string
		if answer, failed = o.open(m[1]); answer != "" {
			_, _ = fmt.Fprintln(in, answer)
		}
		if o.types || failed != nil {
			failed = errors.Join(failed, in.Close())
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		failed = errors.Join(failed, err)
	}
	code = cmd.ProcessState.ExitCode()
	_, _ = fmt.Fprintf(stderr, "exit status %d\n", code)
	return code, errors.Join(failed, lines.Err())
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

// onPlatform does what an account's owner does there: platform revoke|pictureless. The
// latter takes the right to upload from X's login.
func onPlatform(ts *testscript.TestScript, neg bool, args []string) {
	box, ok := ts.Value("box").(*sandbox.Sandbox)
	if neg || !ok || len(args) != 1 {
		ts.Fatalf("usage: platform revoke|pictureless")
	}
	switch args[0] {
	case "revoke":
		box.X.Revoke()
		box.Mastodon.Revoke()
	case "pictureless":
		ts.Check(box.X.Script(sandbox.Fault{Kind: sandbox.Documented, Name: "not-permitted", On: sandbox.OpUpload, Times: -1}))
	default:
		ts.Fatalf("platform %s: want revoke or pictureless", args[0])
	}
}
