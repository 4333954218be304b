package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Op names what a request asks for, so that a fault can choose its victims.
type Op string

// Operations. Reading pages and /_sandbox/ are none: faults never meet them.
const (
	OpCreate   Op = "create" // X: v2 and v1.1 alike
	OpDelete   Op = "delete"
	OpMe       Op = "me"
	OpTimeline Op = "timeline" // X: own timeline; Mastodon: own statuses
	OpStatus   Op = "status"   // Mastodon: one status
	OpInstance Op = "instance" // Mastodon: v1 and v2
	OpUpload   Op = "upload"   // of a picture
	OpMedia    Op = "media"    // whether a picture is processed
	OpMetadata Op = "metadata" // X: a picture's description
	OpToken    Op = "token"    // OAuth token endpoints
	OpLogin    Op = "login"    // the other steps of a login
	OpOther    Op = "other"    // what the sandbox does not serve: answered with the platform's 404
	OpAny      Op = "any"      // in a fault: whatever comes
)

// Kind says how a request fares. "Before": nothing is stored. "After": the request
// was dealt with as usual, so a good post exists, and only the answer suffers.
type Kind string

// The closed set of faults.
const (
	Answer           Kind = "answer"            // before: Status, Body, Header
	AnswerAfter      Kind = "answer-after"      // after: Status, Body, Header
	Documented       Kind = "documented"        // before: the documented error called Name
	RateLimited      Kind = "rate-limited"      // before: 429, with headers that name a reset in For (default 15 min)
	ResetBefore      Kind = "reset-before"      // the connection is reset
	ResetAfter       Kind = "reset-after"       //
	TimeoutBefore    Kind = "timeout-before"    // silence until the client gives up, at most For (default 30 s)
	TimeoutAfter     Kind = "timeout-after"     //
	GarbageBefore    Kind = "garbage-before"    // a success status with a page that is no JSON
	Garbage          Kind = "garbage"           // the same, after
	Cut              Kind = "cut"               // after: the connection ends in mid-answer
	Slow             Kind = "slow"              // after: the answer drips over For (default 1 s)
	Drop             Kind = "drop"              // before, yet answered like a success: a silent drop; creates only
	RefuseConnection Kind = "refuse-connection" // once it is first in the script: nobody listens for For, or until Reopen
)

// Kinds lists every fault.
func Kinds() []Kind {
	return []Kind{Answer, AnswerAfter, Documented, RateLimited, ResetBefore, ResetAfter, TimeoutBefore, TimeoutAfter,
		GarbageBefore, Garbage, Cut, Slow, Drop, RefuseConnection}
}

// Fault is one line of a script.
type Fault struct {
	Kind   Kind              `json:"kind"`
	On     Op                `json:"on,omitempty"`    // default OpCreate
	Times  int               `json:"times,omitempty"` // requests that meet it; default 1, negative: until Clear
	Name   string            `json:"name,omitempty"`  // Documented: a key of XErrors or MastodonErrors
	Status int               `json:"status,omitempty"`
	Body   string            `json:"body,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	For    time.Duration     `json:"for,omitempty"` // in JSON as Go writes durations
}

// ErrorBody is a documented error, as the platform answers it.
type ErrorBody struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body"`
}

type faultJSON Fault

// MarshalJSON writes For as a string.
func (f Fault) MarshalJSON() ([]byte, error) {
	out := struct {
		faultJSON
		For string `json:"for,omitempty"`
	}{faultJSON: faultJSON(f)}
	if f.For != 0 {
		out.For = f.For.String()
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads For from a string and refuses names that a fault does not have.
func (f *Fault) UnmarshalJSON(b []byte) error {
	in := struct {
		*faultJSON
		For string `json:"for"`
	}{faultJSON: (*faultJSON)(f)}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return err
	}
	if in.For == "" {
		return nil
	}
	var err error
	f.For, err = time.ParseDuration(in.For)
	return err
}

// checked fills in the defaults, or says what is wrong with a fault.
func (s *Server) checked(f Fault) (Fault, error) {
	fill(&f.On, OpCreate)
	fill(&f.Times, 1)
	switch {
	case !slices.Contains(Kinds(), f.Kind):
		return f, fmt.Errorf("fault kind %q is unknown: want one of %v", f.Kind, Kinds())
	case !slices.Contains(ops(), f.On):
		return f, fmt.Errorf("fault on %q is unknown: want one of %v", f.On, ops())
	case f.For < 0:
		return f, fmt.Errorf("fault %s for %s: want a positive duration", f.Kind, f.For)
	case f.Kind == Drop && f.On != OpCreate:
		return f, fmt.Errorf("fault %s on %q: only a create can be dropped", f.Kind, f.On)
	}
	switch f.Kind {
	case Answer, AnswerAfter:
		if f.Status < 200 || f.Status > 599 {
			return f, fmt.Errorf("fault %s with status %d: want 200 to 599", f.Kind, f.Status)
		}
	case Documented:
		e, ok := s.errors[f.Name]
		if !ok {
			return f, fmt.Errorf("no documented error of %s is called %q: GET %s/_sandbox/errors lists them", s.platform, f.Name, s.URL)
		}
		f.Status, f.Body, f.Header = e.Status, e.Body, e.Header
	case RateLimited:
		fill(&f.For, 15*time.Minute)
	case TimeoutBefore, TimeoutAfter:
		fill(&f.For, 30*time.Second)
	case Slow:
		fill(&f.For, time.Second)
	}
	return f, nil
}

func ops() []Op {
	return []Op{OpCreate, OpDelete, OpMe, OpTimeline, OpStatus, OpInstance, OpUpload, OpMedia, OpMetadata, OpToken, OpLogin, OpOther, OpAny}
}
