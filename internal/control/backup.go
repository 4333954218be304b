package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Over the socket a backup's answer is one number, its size, as it always was. A client
// that accepts ndjson gets lines instead once it takes longer than tellEvery: how far
// it is, and one end.
const (
	ndjson    = "application/x-ndjson"
	tellEvery = 100 * time.Millisecond
)

// backupLine has one of its fields. A stream without size or failure was cut; a line
// with neither of the three is for a newer client.
type backupLine struct {
	Progress *backupProgress `json:"progress,omitempty"`
	Size     *int64          `json:"size,omitempty"` // bytes: it is done
	Failure  *failure        `json:"failure,omitempty"`
}

type backupProgress struct {
	Done  int64 `json:"done"` // bytes
	Total int64 `json:"total"`
}

// Backup implements API.
func (s *Service) Backup(ctx context.Context, path string, progress func(done, total int64)) (size int64, err error) {
	if s.Outbox == nil {
		return 0, errors.New("there is no outbox yet, so there is nothing to back up")
	}
	err = s.Outbox.BackupFile(path, func(done, total int64) error {
		size = done
		if progress != nil {
			progress(done, total)
		}
		return context.Cause(ctx)
	})
	err = s.couldWrite(path, filepath.Join("/var/backups/crieur", filepath.Base(path)), err)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		err = badInput(err) // another name, or a folder that is there
	}
	if err != nil {
		return 0, err
	}
	return size, nil
}

// Backup implements API.
func (c *Client) Backup(ctx context.Context, path string, progress func(done, total int64)) (size int64, err error) {
	return c.watch(ctx, "backup", path, progress)
}

// watch asks for something long to be done with a path, and follows it to its end.
func (c *Client) watch(ctx context.Context, verb, path string, progress func(done, total int64)) (size int64, err error) {
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%s %q: %w", verb, path, context.Cause(ctx))
		}
	}()
	resp, err := c.do(ctx, http.MethodPost, "/v1/"+verb, path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }() // its end, or the lack of one, is known by then
	if resp.Header.Get("Content-Type") != ndjson {
		return size, decodeAnswer(resp.Body, &size)
	}
	var end backupLine
	err = eachLine(resp.Body, func(b []byte) error {
		var l backupLine
		if err := json.Unmarshal(b, &l); err != nil {
			return fmt.Errorf("answer of the daemon: %w", err)
		}
		if l.Progress != nil && progress != nil {
			progress(l.Progress.Done, l.Progress.Total)
		}
		if l.Size != nil || l.Failure != nil {
			end = l
		}
		return nil
	})
	switch {
	case end.Failure != nil:
		return 0, end.Failure.err()
	case end.Size != nil:
		return *end.Size, nil
	}
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return 0, fmt.Errorf("%s %q: the daemon on %s broke off before it was done: see that it runs, then try again: %w", verb, path, c.socket, err)
}

// watched answers Client.watch.
func watched(verb string, do func(context.Context, string, func(done, total int64)) (int64, error), w http.ResponseWriter, r *http.Request) {
	var path string
	if err := decode(w, r, &path); err != nil {
		answer(w, nil, err)
		return
	}
	t := &teller{w: w, conn: http.NewResponseController(w), lines: strings.Contains(r.Header.Get("Accept"), ndjson)}
	// It may take longer than the server lets other requests take.
	if err := t.conn.SetWriteDeadline(time.Time{}); err != nil {
		answer(w, nil, fmt.Errorf("%s %q: %w", verb, path, err))
		return
	}
	stop := t.start()
	defer stop() // in a panic too, w must not be written to any more
	// When the client leaves, or takes no line for too long, net/http ends the context.
	size, err := do(r.Context(), path, t.note)
	stop()
	t.end(size, err)
}

// teller writes how far a backup is. It does so beside the backup, not within: a
// client that does not read, stopped by Ctrl-Z, must not hold up the copy and, with
// it, the posts.
type teller struct {
	w     http.ResponseWriter
	conn  *http.ResponseController
	lines bool // the client can read them
	begun bool // one is out: the end must be one too
	at    atomic.Pointer[backupProgress]
}

func (t *teller) note(done, total int64) { t.at.Store(&backupProgress{Done: done, Total: total}) }

// start tells until stop, which waits for the line under way.
func (t *teller) start() (stop func()) {
	ended := make(chan struct{})
	var telling sync.WaitGroup
	if t.lines {
		telling.Go(func() { t.tell(ended) })
	}
	return sync.OnceFunc(func() {
		close(ended)
		telling.Wait()
	})
}

func (t *teller) tell(ended <-chan struct{}) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return
		case <-tick.C:
		}
		if at := t.at.Load(); at != nil && t.line(backupLine{Progress: at}) != nil {
			return // nobody is there any more
		}
	}
}

func (t *teller) line(l backupLine) error {
	if !t.begun {
		t.w.Header().Set("Content-Type", ndjson)
		t.begun = true
	}
	if err := t.conn.SetWriteDeadline(time.Now().Add(answerWithin)); err != nil {
		return err
	}
	if err := json.NewEncoder(t.w).Encode(l); err != nil {
		return err
	}
	return t.conn.Flush()
}

func (t *teller) end(size int64, err error) {
	switch {
	case !t.begun:
		answer(t.w, size, err)
	case err != nil:
		f := asFailure(err)
		_ = t.line(backupLine{Failure: &f}) // who is gone cannot be told
	default:
		_ = t.line(backupLine{Size: &size})
	}
}
