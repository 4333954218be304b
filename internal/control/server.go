package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxRequest bounds one request: about a thousand long articles.
const maxRequest = 64 << 20

// failure is how an error crosses the socket.
type failure struct {
	Error string `json:"error"`
	Input bool   `json:"input"` // the operator's mistake
}

func asFailure(err error) failure {
	var in *InputError
	return failure{Error: err.Error(), Input: errors.As(err, &in)}
}

func (f failure) err() error {
	if f.Input {
		return badInput(errors.New(f.Error))
	}
	return errors.New(f.Error)
}

// Listen opens the control socket for owner and group. A stale socket is
// replaced, a live one respected.
func Listen(path string) (net.Listener, error) {
	c, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case err == nil:
		return nil, errors.Join(fmt.Errorf("control socket %s: another daemon answers there: stop it first", path), c.Close())
	case !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, os.ErrNotExist):
		// A busy daemon, or one of another user: alive as far as anybody can tell.
		return nil, fmt.Errorf("control socket %s: whether another daemon has it cannot be told: %w", path, err)
	}
	if fi, err := os.Lstat(path); err == nil {
		if fi.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("control socket %s: a file is there that is no socket: set control.socket to another path", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("control socket: %w", err)
		}
	}
	l, err := net.Listen("unix", path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control socket %s: its folder is not there: make it, owned by crieur's user (with systemd, RuntimeDirectory= in the unit does), or set control.socket", path)
	}
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("control socket %s: %s may not write in its folder: give it to that user (with systemd, RuntimeDirectory= in the unit does), or set control.socket", path, userName(os.Geteuid()))
	}
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("control socket: %w", err), l.Close())
	}
	return l, nil
}

// Handler serves an API to Client.
func Handler(api API) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/preview", post(api.Preview))
	mux.HandleFunc("POST /v1/enqueue", post(api.Enqueue))
	mux.HandleFunc("POST /v1/resolve", post(api.Resolve))
	mux.HandleFunc("POST /v1/cancel", post(api.Cancel))
	mux.HandleFunc("POST /v1/withdraw", post(api.Withdraw))
	mux.HandleFunc("POST /v1/update", post(api.Update))
	mux.HandleFunc("POST /v1/plan", post(api.Plan))
	mux.HandleFunc("POST /v1/reschedule", post(api.Reschedule))
	mux.HandleFunc("POST /v1/retry", post(api.Retry))
	mux.HandleFunc("POST /v1/backup", func(w http.ResponseWriter, r *http.Request) { watched("backup", api.Backup, w, r) })
	mux.HandleFunc("POST /v1/export", func(w http.ResponseWriter, r *http.Request) { watched("export", api.Export, w, r) })
	mux.HandleFunc("POST /v1/prune", func(w http.ResponseWriter, r *http.Request) { watched("prune", api.Prune, w, r) })
	mux.HandleFunc("POST /v1/pause", post(silent(api.Pause)))
	mux.HandleFunc("POST /v1/resume", post(silent(api.Resume)))
	mux.HandleFunc("GET /v1/show", func(w http.ResponseWriter, r *http.Request) {
		st, err := api.Show(r.Context(), r.URL.Query().Get("id"))
		answer(w, st, err)
	})
	mux.HandleFunc("GET /v1/status", func(w http.ResponseWriter, r *http.Request) {
		st, err := api.Status(r.Context())
		answer(w, st, err)
	})
	mux.HandleFunc("GET /v1/check", func(w http.ResponseWriter, r *http.Request) {
		fs, err := api.Check(r.Context())
		answer(w, fs, err)
	})
	mux.HandleFunc("GET /v1/list", func(w http.ResponseWriter, r *http.Request) { list(api, w, r) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		tell(w, http.StatusNotFound, failure{Error: fmt.Sprintf("this daemon does not know %s %s: %s", r.Method, r.URL.Path, otherVersion)})
	})
	return mux
}

// VersionHeader carries the daemon's version in its answers.
const VersionHeader = "Crieur-Version"

// otherVersion is the way out where command and daemon do not understand each other.
const otherVersion = "it is of another version than this command: restart it after an update (systemctl restart crieur)"

func post[In, Out any](call func(context.Context, In) (Out, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := decode(w, r, &in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := call(r.Context(), in)
		answer(w, out, err)
	}
}

// unknownField begins the error of encoding/json, which has no type.
const unknownField = "json: unknown field "

func decode(w http.ResponseWriter, r *http.Request, in any) error {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	d.DisallowUnknownFields() // a wish that is not understood must not be passed over
	err := d.Decode(in)
	if err != nil && strings.HasPrefix(err.Error(), unknownField) {
		return fmt.Errorf("this daemon does not know %s of the request: %s", strings.TrimPrefix(err.Error(), unknownField), otherVersion)
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = fmt.Errorf("the request is larger than %d MiB: enqueue fewer articles at a time", maxRequest>>20)
	}
	return badInput(err)
}

// silent gives a call without an answer an empty one.
func silent(call func(context.Context, string) error) func(context.Context, string) (struct{}, error) {
	return func(ctx context.Context, in string) (struct{}, error) { return struct{}{}, call(ctx, in) }
}

// list streams one delivery a line; an error that comes late is the last line.
func list(api API, w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f := ListFilter{State: q.Get("state"), Account: q.Get("account"), After: q.Get("after"), Prefix: q.Get("prefix"), Posted: q.Get("posted") == "true"}
	var err error
	if f.Limit, err = strconv.Atoi(q.Get("limit")); err != nil {
		answer(w, nil, badInput(fmt.Errorf("limit %q is no number", q.Get("limit"))))
		return
	}
	enc, begun := json.NewEncoder(w), false
	enc.SetEscapeHTML(false)
	err = api.List(r.Context(), f, func(d ListedDelivery) error {
		begun = true
		return enc.Encode(d)
	})
	switch {
	case err == nil:
	case begun:
		// The status line is gone already; the client looks for this in each line.
		_ = enc.Encode(failure{Error: err.Error()})
	default:
		answer(w, nil, err)
	}
}

func answer(w http.ResponseWriter, v any, err error) {
	if err != nil {
		f := asFailure(err)
		code := http.StatusInternalServerError
		if f.Input {
			code = http.StatusBadRequest
		}
		tell(w, code, f)
		return
	}
	tell(w, http.StatusOK, v)
}

func tell(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	// A client that is gone is not the daemon's trouble: what it asked for is done.
	_ = json.NewEncoder(w).Encode(v)
}
