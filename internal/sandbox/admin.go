package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// The admin paths of each server, all JSON. "?server=x" or "?server=mastodon" speaks
// to the other one, which is the way to reach a server that refuses connections.
//
//	GET    /_sandbox/state        posts, requests, creates per text, pending script
//	GET    /_sandbox/errors       the documented errors by name
//	GET    /_sandbox/credentials  what a client needs to log in
//	POST   /_sandbox/script       a fault, or an array of faults, to append
//	DELETE /_sandbox/script       Clear
//	POST   /_sandbox/reopen       Reopen
//	POST   /_sandbox/reset        Reset
func (s *Server) administer() {
	s.admin("GET /_sandbox/state", func(s *Server, _ *http.Request) (any, error) { return s.State(), nil })
	s.admin("GET /_sandbox/errors", func(s *Server, _ *http.Request) (any, error) { return s.errors, nil })
	s.admin("GET /_sandbox/credentials", func(s *Server, _ *http.Request) (any, error) { return s.account, nil })
	s.admin("POST /_sandbox/script", func(s *Server, r *http.Request) (any, error) {
		faults, err := readFaults(r)
		if err != nil {
			return nil, err
		}
		return nil, s.Script(faults...)
	})
	s.admin("DELETE /_sandbox/script", func(s *Server, _ *http.Request) (any, error) { return nil, s.Clear() })
	s.admin("POST /_sandbox/reopen", func(s *Server, _ *http.Request) (any, error) { return nil, s.Reopen() })
	s.admin("POST /_sandbox/reset", func(s *Server, _ *http.Request) (any, error) { return nil, s.Reset() })
}

// State is what GET /_sandbox/state shows.
type State struct {
	Platform  string         `json:"platform"`
	URL       string         `json:"url"`
	Posts     []Post         `json:"posts"`
	Requests  []Request      `json:"requests"`
	Media     []Media        `json:"media,omitempty"`
	Creates   map[string]int `json:"creates"`   // create requests per text
	Arrived   int            `json:"arrived"`   // requests ever
	Forgotten int            `json:"forgotten"` // requests no longer in Requests and Creates
	Script    []Fault        `json:"script"`    // faults that nothing has met yet
	Refusing  bool           `json:"refusing"`  // nobody listens
	Error     string         `json:"error,omitempty"`
}

// State returns everything that can be inspected.
func (s *Server) State() State {
	st := State{Platform: s.platform, URL: s.URL, Posts: s.Posts(), Requests: s.Requests(), Media: s.Media(), Creates: s.Creates(), Script: s.Pending()}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Arrived, st.Forgotten, st.Refusing = s.arrived, s.forgotten, s.refusing
	if s.faultErr != nil {
		st.Error = s.faultErr.Error()
	}
	return st
}

func (s *Server) admin(pattern string, do func(*Server, *http.Request) (any, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 4*maxBody)
		target := s
		if name := r.URL.Query().Get("server"); name != "" {
			if target = s.peers[name]; target == nil {
				adminError(fmt.Errorf("server %q is unknown: want x or mastodon", name)).send(w)
				return
			}
		}
		v, err := do(target, r)
		if err != nil {
			adminError(err).send(w)
			return
		}
		if v == nil {
			v = struct{}{}
		}
		jsonReply(http.StatusOK, v).send(w)
	})
}

func adminError(err error) reply {
	return jsonReply(http.StatusBadRequest, map[string]string{"error": err.Error()})
}

// readFaults insists on a content type that browsers do not send across sites unasked.
func readFaults(r *http.Request) ([]Fault, error) {
	if kind := mediaType(r); kind != "application/json" {
		return nil, fmt.Errorf("a script of type %q: want Content-Type: application/json", kind)
	}
	var raw json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	var faults []Fault
	if raw[0] != '[' {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	if err := json.Unmarshal(raw, &faults); err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	return faults, nil
}
