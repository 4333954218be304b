package alert

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// commandTimeout leaves the line time to tell that it was reached.
const commandTimeout = sendTimeout - time.Second

// commandEnv is what a command gets of the daemon's environment: no credentials folder,
// no service manager's socket.
var commandEnv = []string{"PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME"}

// serviceCommand is what logs call a place that is a command.
const serviceCommand = "command"

var errCommand = errors.New("the command failed")

// openCommand makes a place of a program. No error contains its arguments.
func openCommand(command []string) (SendFunc, error) {
	fi, err := os.Stat(command[0])
	switch {
	case err != nil:
		return nil, fmt.Errorf("command: %w", err)
	case !fi.Mode().IsRegular() || fi.Mode()&0o111 == 0:
		return nil, fmt.Errorf("command %s is no program: make it executable", command[0])
	}
	return func(title, text string) error { return runCommand(command, title, text) }, nil
}

func runCommand(command []string, title, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin = strings.NewReader(text + "\n")
	cmd.Dir = "/"
	cmd.Env = []string{"CRIEUR_ALERT_TITLE=" + title}
	for _, name := range commandEnv {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	// Its children end with it: whatever it began must not gather over the months.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return fmt.Errorf("%w: %s", errCommand, exit.ProcessState)
	}
	return fmt.Errorf("%w: %w", errCommand, err)
}
