package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// wrkDone has wrk tell what it counted as JSON, times in microseconds. A script with
// nothing else in it costs nothing while the load runs.
const wrkDone = `done = function(s, latency)
  local e = s.errors
  io.stdout:write(string.format('{"requests":%d,"us":%d,"p99":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}',
    s.requests, s.duration, latency:percentile(99), e.status, e.connect, e.read, e.write, e.timeout))
end
`

// benchAgent is a reader's: crieur counts visits while it is measured.
const benchAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

// wrkLoad is what a server has to bear.
type wrkLoad struct {
	wrk, path, coding string
	connections       int
	lasts             time.Duration
}

type wrkResult struct {
	Requests float64 `json:"requests"`
	US       float64 `json:"us"`  // how long it took
	P99      float64 `json:"p99"` // µs

	Status  int `json:"status"` // answers of 400 and above
	Connect int `json:"connect"`
	Read    int `json:"read"`
	Write   int `json:"write"`
	Timeout int `json:"timeout"`

	cpu time.Duration // that the server took meanwhile
}

func (r wrkResult) rate() float64 { return r.Requests / r.US * 1e6 } // requests a second
func (r wrkResult) late() float64 { return r.P99 / 1e3 }             // ms
func (r wrkResult) cost() float64 { return float64(r.cpu.Microseconds()) / r.Requests }

// run fails the test unless every request got its answer. pid is the server's.
func (l wrkLoad) run(t *testing.T, addr string, pid int) (r wrkResult) {
	t.Helper()
	script := filepath.Join(t.TempDir(), "done.lua")
	if err := os.WriteFile(script, []byte(wrkDone), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--threads", "2", "--connections", strconv.Itoa(l.connections), "--duration", fmt.Sprintf("%.0fs", l.lasts.Seconds()),
		"--timeout", "20s", "--latency", "--script", script, "--header", "User-Agent: " + benchAgent}
	if l.coding != "" {
		args = append(args, "--header", "Accept-Encoding: "+l.coding)
	}
	before := cpuTime(t, pid)
	out, err := exec.Command(l.wrk, append(args, "http://"+addr+l.path)...).CombinedOutput()
	if at := bytes.LastIndexByte(out, '{'); err == nil && at < 0 {
		err = errors.New("no figures")
	} else if err == nil {
		err = json.Unmarshal(out[at:], &r)
	}
	if err != nil || r.Requests == 0 || r.Status+r.Connect+r.Read+r.Write+r.Timeout != 0 {
		t.Fatalf("%d connections to %s: not every request was answered by HTTP 200: %+v, %v\n%s", l.connections, addr, r, err, out)
	}
	r.cpu = cpuTime(t, pid) - before
	return r
}

// cpuTime is what a process and its children have used, in user and system mode.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	ticks := 0 // of 10 ms (USER_HZ is 100 wherever Go runs)
	for _, p := range append(strings.Fields(string(children)), strconv.Itoa(pid)) {
		stat, err := os.ReadFile("/proc/" + p + "/stat")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := bytes.Cut(stat, []byte(") ")) // a name may have blanks
		f := strings.Fields(string(rest))
		if len(f) < 13 {
			t.Fatalf("/proc/%s/stat: %q", p, stat)
		}
		for _, n := range f[11:13] {
			k, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			ticks += k
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
