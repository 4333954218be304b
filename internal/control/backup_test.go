package control

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crieur/internal/outbox"
)

// scripted is an API whose backup is what a test says.
type scripted struct {
	API
	backup func(ctx context.Context, path string, progress func(done, total int64)) (int64, error)
}

func (s scripted) Backup(ctx context.Context, path string, progress func(done, total int64)) (int64, error) {
	return s.backup(ctx, path, progress)
}

// fill makes a backup longer than one report of progress.
func fill(t *testing.T, s *Service) {
	t.Helper()
	r := request(t, brief)
	r.Article.Article.Body = strings.Repeat("Une phrase de plus. ", 3<<19/20)
	if _, err := s.Enqueue(t.Context(), []Request{r}); err != nil {
		t.Fatal(err)
	}
}

func TestABackupIsWholeOfflineAndOverTheSocket(t *testing.T) {
	both(t, func(t *testing.T, s *Service, api API) {
		fill(t, s)
		path := filepath.Join(t.TempDir(), "backup.db")
		var steps []int64
		size, err := api.Backup(t.Context(), path, func(done, total int64) {
			if done > total {
				t.Errorf("%d bytes of %d", done, total)
			}
			steps = append(steps, done)
		})
		if err != nil {
			t.Fatal(err)
		}
		if fi, err := os.Stat(path); err != nil || fi.Size() != size || size < 3<<19 {
			t.Errorf("%d bytes, said to be %d: %v", fi.Size(), size, err)
		}
		// Over the socket it may be over before there is anything to tell.
		if _, offline := api.(*Service); offline && (len(steps) < 2 || steps[len(steps)-1] != size) || !slices.IsSorted(steps) {
			t.Errorf("progress %v of %d", steps, size)
		}
		if err := outbox.RestoreFile(path, path+".restored", time.Now(), false); err != nil {
			t.Error(err)
		}
		if _, err := api.Backup(t.Context(), path, nil); err == nil || !strings.Contains(err.Error(), "exists") {
			t.Errorf("over a file: %v", err)
		}
	})
}

// TestProgressOfABackupArrivesWhileItGoesOn: each step waits until the one before
// has been seen on the other side.
func TestProgressOfABackupArrivesWhileItGoesOn(t *testing.T) {
	for name, end := range map[string]error{
		"success": nil, "failure": errors.New("the disk is gone"), "mistake": badInput(errors.New("not there")),
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan int64, 1000)
			c := overSocket(t, scripted{backup: func(_ context.Context, path string, progress func(done, total int64)) (int64, error) {
				for done := int64(1); done <= 3; done++ {
					progress(done, 3)
					for <-seen != done {
					}
				}
				return int64(len(path)), end
			}})
			var steps []int64
			size, err := c.Backup(t.Context(), "four", func(done, total int64) {
				if total != 3 {
					t.Errorf("of %d", total)
				}
				steps = append(steps, done)
				seen <- done
			})
			if steps = slices.Compact(steps); !slices.Equal(steps, []int64{1, 2, 3}) {
				t.Errorf("steps %v", steps)
			}
			if end == nil {
				if size != 4 || err != nil {
					t.Errorf("%d, %v", size, err)
				}
				return
			}
			var got, want *InputError
			if err == nil || err.Error() != end.Error() || errors.As(err, &got) != errors.As(end, &want) {
				t.Errorf("error %#v, want %#v", err, end)
			}
		})
	}
}

// TestABackupCutOffIsAnErrorAndLeavesNoFile, whichever side goes away.
func TestABackupCutOffIsAnErrorAndLeavesNoFile(t *testing.T) {
	left := errors.New("the operator left")
	for _, row := range []struct {
		name string
		cut  func(s *http.Server, leave context.CancelCauseFunc) error
		want string
	}{
		{"the client leaves", func(_ *http.Server, leave context.CancelCauseFunc) error { leave(left); return nil }, left.Error()},
		{"the daemon leaves", func(s *http.Server, _ context.CancelCauseFunc) error { return s.Close() }, "broke off before it was done: see that it runs"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newService(t)
			fill(t, s)
			ended := make(chan error, 1)
			srv, socket := serveSocket(t, Handler(scripted{backup: func(ctx context.Context, path string, progress func(done, total int64)) (int64, error) {
				// The first step takes until the connection is cut.
				size, err := s.Backup(ctx, path, func(done, total int64) {
					progress(done, total)
					<-ctx.Done()
				})
				ended <- err
				return size, err
			}}))
			ctx, leave := context.WithCancelCause(t.Context())
			c, err := Dial(ctx, socket)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "backup.db")
			size, err := c.Backup(ctx, path, func(int64, int64) {
				if err := row.cut(srv, leave); err != nil {
					t.Error(err)
				}
			})
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), path) || size != 0 {
				t.Errorf("the client has %d bytes and %v, want %q", size, err, row.want)
			}
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the daemon's backup ended with %v", err)
			}
			if there, err := os.ReadDir(filepath.Dir(path)); err != nil || len(there) > 0 {
				t.Errorf("left %v, %v", there, err)
			}
		})
	}
}

func TestAnAnswerWithoutAnEndIsNoBackup(t *testing.T) {
	const first = `{"progress":{"done":1,"total":2}}` + "\n"
	for name, row := range map[string]struct{ kind, body, want string }{
		"ends between lines":     {ndjson, first, "broke off"},
		"ends within a line":     {ndjson, first + `{"size":1`, "broke off"},
		"ends before a line":     {ndjson, "", "broke off"},
		"has lines of tomorrow":  {ndjson, first + `{"phase":"sync"}` + "\n" + `{"size":42}` + "\n", ""},
		"is of an older daemon":  {"application/json", "42\n", ""},
		"of an older, cut short": {"application/json", "", "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			_, socket := serveSocket(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", row.kind)
				if _, err := io.WriteString(w, row.body); err != nil {
					t.Error(err)
				}
			}))
			c, err := Dial(t.Context(), socket)
			if err != nil {
				t.Fatal(err)
			}
			size, err := c.Backup(t.Context(), "backup.db", nil)
			if row.want == "" && (size != 42 || err != nil) || row.want != "" && (size != 0 || err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("%d, %v, want %q", size, err, row.want)
			}
		})
	}
}
