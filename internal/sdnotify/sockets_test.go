package sdnotify

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain is also the service that got sockets: it tells what it got.
func TestMain(m *testing.M) {
	if os.Getenv("SDNOTIFY_TEST_SERVICE") == "" {
		os.Exit(m.Run())
	}
	if os.Getenv("LISTEN_PID") == "self" {
		if err := os.Setenv("LISTEN_PID", fmt.Sprint(os.Getpid())); err != nil {
			panic(err)
		}
	}
	got, err := Sockets(os.Getenv, os.Getpid())
	fmt.Println(len(got), err)
	if l := got["pages"]; l != nil {
		c, err := l.Accept()
		if err == nil {
			_, err = io.WriteString(c, "served")
			fmt.Println(err, c.Close())
		}
	}
}

func service(t *testing.T, files []*os.File, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append([]string{"SDNOTIFY_TEST_SERVICE=1"}, env...)
	cmd.ExtraFiles = files
	return cmd
}

func TestASocketOfSystemdIsTakenOver(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", l.Addr().String()) // before the service runs
	if err != nil {
		t.Fatal(err)
	}
	out, err := service(t, []*os.File{f}, "LISTEN_PID=self", "LISTEN_FDS=1", "LISTEN_FDNAMES=pages").CombinedOutput()
	if err != nil || string(out) != "1 <nil>\n<nil> <nil>\n" {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := io.ReadAll(client)
	if err != nil || string(got) != "served" {
		t.Errorf("%q, %v", got, err)
	}
	for _, c := range []io.Closer{client, f, l} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSocketsThatAreNotOursOrWrongAreNotTaken(t *testing.T) {
	for name, row := range map[string]struct {
		env  []string
		want string
	}{
		"none":               {nil, "0 <nil>"},
		"another process's":  {[]string{"LISTEN_PID=1", "LISTEN_FDS=1"}, "0 <nil>"},
		"no number":          {[]string{"LISTEN_PID=self", "LISTEN_FDS=many"}, `0 sockets from systemd: LISTEN_FDS is "many": want a number`},
		"a socket not there": {[]string{"LISTEN_PID=self", "LISTEN_FDS=1", "LISTEN_FDNAMES=pages"}, `0 socket "pages" from systemd: `},
	} {
		out, err := service(t, nil, row.env...).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), row.want) {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}
