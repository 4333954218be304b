//go:build failpoints

package failpoint

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// TestReachKillsTheProcessTheNthTime runs itself as the victim.
func TestReachKillsTheProcessTheNthTime(t *testing.T) {
	if os.Getenv(Variable) != "" {
		Reach("elsewhere")
		Reach("here")
		if os.Getenv("REACH") == "twice" {
			Reach("here")
		}
		return
	}
	for spec, kills := range map[string]map[string]bool{
		"here":     {"once": true, "twice": true},
		"here:2":   {"once": false, "twice": true},
		"nowhere":  {"once": false, "twice": false},
		"here:one": {"once": true}, // ends by a panic
	} {
		for reach, want := range kills {
			cmd := exec.Command(os.Args[0], "-test.run=^TestReachKillsTheProcessTheNthTime$")
			cmd.Env = append(os.Environ(), Variable+"="+spec, "REACH="+reach)
			err := cmd.Run()
			var exit *exec.ExitError
			ended := errors.As(err, &exit)
			if ended != want {
				t.Errorf("%s, reached %s: %v, want it ended: %v", spec, reach, err, want)
			}
			if ended && spec != "here:one" && exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Errorf("%s, reached %s: %v, want SIGKILL", spec, reach, err)
			}
		}
	}
}
