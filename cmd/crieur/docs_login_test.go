package main

import (
	"strings"
	"testing"

	"crieur/internal/sandbox"
)

// logInBlock runs the logins that a document shows, a line each, as a person who has the
// app's keys at hand and agrees in the browser.
func logInBlock(t *testing.T, dir, script string, box *sandbox.Sandbox) {
	t.Helper()
	app := box.X.Credentials()
	agree := func(address string) (string, error) { return visit(box, "address", address) }
	for line := range strings.Lines(script) {
		command := strings.Fields(line)
		if len(command) == 0 || strings.HasPrefix(command[0], "#") {
			continue
		}
		var answers []string
		if strings.Contains(line, "--oauth2") {
			answers = []string{app.ClientID, app.ClientSecret}
		}
		var out lockedBuffer
		if code, err := (owner{dir, nil, true, agree}).run(&out, &out, answers, command); err != nil || code != 0 {
			t.Errorf("%s%v, exit status %d\n%s", line, err, code, &out)
		}
	}
}
