package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/delivery"
	"crieur/internal/outbox"
	"crieur/internal/sandbox"
)

// queued is how many deliveries wait while the daemon is measured at rest.
const queued = 1_000_000

// BenchmarkCommand measures a whole command, process and all, on an outbox without a daemon.
func BenchmarkCommand(b *testing.B) {
	dir := benchWorld(b)
	bin := buildCrieur(b)
	for _, args := range [][]string{{"version"}, {"status"}, {"list", "--limit", "20"}} {
		b.Run(args[0], func(b *testing.B) {
			for b.Loop() {
				cmd := exec.Command(bin, args...)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}

// BenchmarkStart measures from the start of the process to ready, with a million
// deliveries queued, and the resident memory at rest.
func BenchmarkStart(b *testing.B) {
	dir := benchWorld(b)
	bin := buildCrieur(b)
	fillFuture(b, filepath.Join(dir, "outbox.db"), queued)
	for b.Loop() {
		cmd := exec.Command(bin, "run")
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for {
			if c, err := control.Dial(b.Context(), filepath.Join(dir, "control.sock")); err == nil {
				if st, err := c.Status(b.Context()); err == nil && st.Ready {
					break
				}
			}
			time.Sleep(time.Millisecond)
		}
		b.StopTimer()
		time.Sleep(2 * time.Second) // at rest
		b.ReportMetric(residentMB(b, cmd.Process.Pid), "MB-resident")
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkIdle counts how often a daemon wakes that has nothing to do for a month:
// each voluntary switch of one of its threads is a wake-up.
func BenchmarkIdle(b *testing.B) {
	const watched = 20 * time.Second
	dir := benchWorld(b)
	fillFuture(b, filepath.Join(dir, "outbox.db"), 2000)
	cmd := exec.Command(buildCrieur(b), "run")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	time.Sleep(3 * time.Second) // start, and the first reading of limits
	for b.Loop() {
		before := switches(b, cmd.Process.Pid)
		time.Sleep(watched)
		b.ReportMetric(float64(switches(b, cmd.Process.Pid)-before)*float64(time.Minute/watched), "wake-ups/min")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
}

func switches(b *testing.B, pid int) (n int) {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(threads) == 0 {
		b.Fatalf("no threads: %v", err)
	}
	for _, file := range threads {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				k, err := strconv.Atoi(strings.TrimSpace(rest))
				if err != nil {
					b.Fatal(err)
				}
				n += k
			}
		}
	}
	return n
}

// BenchmarkSettle measures deliveries from due to settled, both platforms together,
// over real HTTP against the sandbox.
func BenchmarkSettle(b *testing.B) {
	const articles = 500
	for b.Loop() {
		b.StopTimer()
		box, err := sandbox.Start(sandbox.Options{XCreates: 1 << 20, Statuses: 1 << 20, Requests: 1 << 20})
		if err != nil {
			b.Fatal(err)
		}
		dir := b.TempDir()
		if _, err := writeSettlingWorld(dir, box, "1m"); err != nil {
			b.Fatal(err)
		}
		fill(b, filepath.Join(dir, "outbox.db"), articles, time.Time{})
		cmd := exec.Command(buildCrieur(b), "run")
		cmd.Dir = dir
		b.StartTimer()
		begun := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for len(box.X.Posts()) < articles || len(box.Mastodon.Posts()) < articles {
			time.Sleep(5 * time.Millisecond)
		}
		took := time.Since(begun)
		b.StopTimer()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		if err := box.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(2*articles/took.Seconds(), "deliveries/s")
		b.StartTimer()
	}
}

// BenchmarkBinary reports the size of the static binary.
func BenchmarkBinary(b *testing.B) {
	fi, err := os.Stat(buildCrieur(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
	}
	b.ReportMetric(float64(fi.Size())/1e6, "MB")
}

func benchWorld(b *testing.B) string {
	b.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = box.Close() })
	dir := b.TempDir()
	if _, err := writeWorld(dir, box); err != nil {
		b.Fatal(err)
	}
	return dir
}

// buildCrieur builds the binary as releases are built: the test binary is larger.
func buildCrieur(b testing.TB) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "crieur")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return bin
}

func fillFuture(b *testing.B, db string, deliveries int) {
	b.Helper()
	fill(b, db, deliveries/2, time.Now().Add(30*24*time.Hour))
}

// fill enqueues articles for both accounts of writeWorld.
func fill(tb testing.TB, db string, articles int, due time.Time) {
	tb.Helper()
	ob, err := outbox.Open(db, outbox.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	const chunk = 10_000
	for from := 0; from < articles; from += chunk {
		var batch []outbox.NewArticle
		for i := from; i < min(articles, from+chunk); i++ {
			text := fmt.Sprintf("Brève numéro %d : tout va bien 🎯", i)
			batch = append(batch, outbox.NewArticle{
				Article: article.Article{
					Title: text, Slug: fmt.Sprintf("breve-%d", i), Teaser: text, Tags: []string{"Essai"}, Language: "fr", Format: "text",
					Source: fmt.Sprintf("https://source.example.org/%d", i), Body: fmt.Sprintf("Le corps de la brève %d.", i),
				},
				Deliveries: []outbox.NewDelivery{{Account: "x-main", Platform: "x", Due: due}, {Account: "mastodon", Platform: "mastodon", Due: due}},
			})
		}
		if _, err := ob.Enqueue(time.Now(), batch); err != nil {
			tb.Fatal(err)
		}
	}
	if c, err := ob.Counts(""); err != nil || c[delivery.Scheduled] != 2*articles {
		tb.Fatalf("queued %v, %v", c, err)
	}
	if err := ob.Close(); err != nil {
		tb.Fatal(err)
	}
}

func residentMB(b testing.TB, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
