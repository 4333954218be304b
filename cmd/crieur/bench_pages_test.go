package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

// benchRounds of each load go to the servers in turn: what else the machine does
// disturbs all alike, and medians forget the worst of it.
const benchRounds = 5

// TestBenchPages measures crieur's own server, of the real binary, beside nginx: the same
// page, from memory and as the file that crieur wrote, under the same load; and the
// memory that open connections take. CRIEUR_BENCH_PAGES is how long each run takes.
func TestBenchPages(t *testing.T) {
	if os.Getenv("CRIEUR_BENCH_PAGES") == "" {
		t.Skip("make bench-pages sets CRIEUR_BENCH_PAGES, how long each run takes, such as 5s")
	}
	each, err := time.ParseDuration(os.Getenv("CRIEUR_BENCH_PAGES"))
	if err != nil || each < time.Second {
		t.Fatalf("CRIEUR_BENCH_PAGES=%q: want how long each run takes, 1s or more", os.Getenv("CRIEUR_BENCH_PAGES"))
	}
	nginx, wrk := needed(t, "nginx"), needed(t, "wrk")
	raiseFiles(t)
	w := newWebWorldOf(t, buildCrieur(t), fmt.Sprintf("max_connections = %d\n", benchConnections))
	proxied, files := mustFreeAddr(t), mustFreeAddr(t)
	web := w.startNginx(t, nginx, "worker_processes auto;\nevents { worker_connections 4096; }", proxied, files)
	waitFor(t, "an answer of nginx", func() bool {
		resp, err := http.Get("http://" + files + "/robots.txt")
		return err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
	})

	benchMemory(t, w)
	servers := []benchServer{
		{"crieur", w.pages, w.pid},
		{"nginx", files, web},
		{"net/http", w.serveBare(t), os.Getpid()},
	}
	say := tabwriter.NewWriter(t.Output(), 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(say, format+"\n", args...) } // to the test's output
	line("%d cores, which the load shares; medians of %d rounds of %s, ratios to nginx; load average %s", runtime.NumCPU(), benchRounds, each, loadAverage(t))
	line("connections\tcoding\tbytes\tserver\treq/s\tratio\tp99\tratio\tCPU/req\tratio\t")
	for _, connections := range []int{64, 1024} {
		for _, coding := range []string{"", "gzip"} {
			l := wrkLoad{wrk: wrk, path: "/" + w.live, coding: coding, connections: connections, lasts: each}
			size, of := w.sameBytes(t, files, coding), make([][]wrkResult, len(servers))
			for range benchRounds {
				for i, s := range servers {
					of[i] = append(of[i], l.run(t, s.addr, s.pid))
				}
				if again := w.sameBytes(t, files, coding); again != size {
					t.Fatalf("the page changed under load: %d bytes, then %d", size, again)
				}
			}
			for i, s := range servers {
				rate, late, cost := medianOf(of[i], wrkResult.rate), medianOf(of[i], wrkResult.late), medianOf(of[i], wrkResult.cost)
				line("%d\t%s\t%d\t%s\t%.0f\t%.2f\t%.1f ms\t%.2f\t%.1f µs\t%.2f\t", connections, cmp.Or(coding, "identity"), size, s.name,
					rate, rate/medianOf(of[1], wrkResult.rate), late, late/medianOf(of[1], wrkResult.late), cost, cost/medianOf(of[1], wrkResult.cost))
			}
		}
	}
	line("resident memory of the daemon after that load: %.1f MB; load average %s", residentMB(t, w.pid), loadAverage(t))
	if err := say.Flush(); err != nil {
		t.Fatal(err)
	}
}

type benchServer struct {
	name, addr string
	pid        int
}

// serveBare serves the same bytes under the same headers with nothing but Go's own
// server, in this process: what is between it and crieur is ours to improve, what is
// between it and nginx is not.
func (w webWorld) serveBare(t *testing.T) (addr string) {
	t.Helper()
	answers := map[string]webAnswer{}
	for _, coding := range []string{"", "gzip"} {
		a := askWeb(t, http.MethodGet, w.pages, "/"+w.live, coding, nil)
		a.header.Del("Date") // Go's server sets it
		answers[coding] = a
	}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		a := answers[r.Header.Get("Accept-Encoding")]
		maps.Copy(rw.Header(), a.header)
		_, _ = io.WriteString(rw, a.body) // wrk tells what it did not get
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// needed finds a program that the comparison cannot do without.
func needed(t *testing.T, name string) string {
	t.Helper()
	for _, path := range []string{name, "/usr/sbin/" + name} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	t.Fatalf("no %s here: apt-get install --no-install-recommends %s", name, name)
	return ""
}

// raiseFiles lets this process, and those that it starts, open as many files as the
// system permits.
func raiseFiles(t *testing.T) {
	t.Helper()
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	// crieur takes half of what it may open for connections.
	if files.Max < 2*benchConnections {
		t.Fatalf("%d open files are permitted: want %d, as by ulimit -n", files.Max, 2*benchConnections)
	}
	files.Cur = files.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
}

func mustFreeAddr(t *testing.T) string {
	t.Helper()
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// sameBytes holds that both servers send the same, and tells how much.
func (w webWorld) sameBytes(t *testing.T, files, coding string) int {
	t.Helper()
	want := askWeb(t, http.MethodGet, w.pages, "/"+w.live, coding, nil)
	if diff := askWeb(t, http.MethodGet, files, "/"+w.live, coding, nil).differs(want); diff != "" {
		t.Fatalf("nginx and crieur differ: %s", diff)
	}
	if want.status != http.StatusOK || want.header.Get("Content-Encoding") != coding || want.body == "" {
		t.Fatalf("HTTP %d, Content-Encoding %q, %d bytes", want.status, want.header.Get("Content-Encoding"), len(want.body))
	}
	return len(want.body)
}

func medianOf(all []wrkResult, what func(wrkResult) float64) float64 {
	var of []float64
	for _, r := range all {
		of = append(of, what(r))
	}
	slices.Sort(of)
	return (of[(len(of)-1)/2] + of[len(of)/2]) / 2
}

func loadAverage(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
