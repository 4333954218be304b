package platform

import (
	"bytes"
	"encoding/json"

	"crieur/internal/delivery"
)

// Op is what a request asks for, as far as platforms bill and limit by it.
type Op string

// The closed set of operations.
const (
	OpPost      Op = "post"       // creates a post
	OpReadOwned Op = "read_owned" // a page of the account's own posts
	OpReadPost  Op = "read_post"  // one post
	OpReadUser  Op = "read_user"  // one user
	OpUpload    Op = "upload"     // hands over a picture, or asks whether it is processed
	OpMetadata  Op = "metadata"   // describes a picture
	OpOther     Op = "other"      // what nobody bills
)

// Usage is what one request used, as far as the answer tells.
type Usage struct {
	Op Op
	// Units is what a platform that bills will bill: 1 for a post that was or may have
	// been created, for a description that was or may have been stored, for a user or a post that was or may have been read; for a page of
	// posts, the posts in what was received of it; 0 when certainly nothing is billed.
	Units int
	// Windows are the limits that the answer told, and those of this Op: X counts each
	// kind of request in windows of their own.
	Windows []RateWindow
}

// report tells the owner of the wire what this call used, on the goroutine of the
// caller. Of a request that certainly never left there is nothing to tell.
func (c *Call) report() {
	if c.wire.observe == nil || !c.begun.Load() {
		return
	}
	u := Usage{Op: c.op, Units: c.units()}
	if c.answer != nil {
		u.Windows = readWindows(c.answer.Header, c.answer.At, c.wire.windows)
	}
	c.wire.observe(u)
}

func (c *Call) units() int {
	switch c.op {
	case OpPost:
		if c.answer == nil || mayExist(c.judge(*c.answer)) {
			return 1
		}
	case OpReadOwned:
		if c.answer != nil && c.answer.Success() {
			return countPosts(c.answer.Body)
		}
	case OpReadPost, OpReadUser, OpMetadata:
		if c.answer == nil || c.answer.Success() {
			return 1
		}
	case OpUpload, OpOther:
	}
	return 0
}

// mayExist tells from what an adapter makes of the answer whether the post may be there.
func mayExist(err error) bool {
	return err == nil || AsError(err).Class == delivery.Ambiguous
}

// countPosts counts the entries of a list, or of the list "data" in an object. Of an
// answer that was cut it counts what came whole: the platform has billed that too.
func countPosts(body []byte) int {
	d := json.NewDecoder(bytes.NewReader(body))
	start, err := d.Token()
	if err != nil {
		return 0
	}
	if start == json.Delim('[') {
		return countEntries(d)
	}
	if start != json.Delim('{') {
		return 0
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return 0
		}
		if name == "data" {
			if start, err := d.Token(); err != nil || start != json.Delim('[') {
				return 0
			}
			return countEntries(d)
		}
		var other json.RawMessage
		if d.Decode(&other) != nil {
			return 0
		}
	}
	return 0
}

func countEntries(d *json.Decoder) int {
	n := 0
	for d.More() {
		var entry json.RawMessage
		if d.Decode(&entry) != nil {
			break
		}
		n++
	}
	return n
}
