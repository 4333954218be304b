package x

import (
	"errors"
	"net/http"
	"strings"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// maxIDDigits is that of an unsigned 64-bit number.
const maxIDDigits = 20

// receipt is the proof for a post that exists. X answers without a time: the Date
// header is the closest.
func (c *Client) receipt(a platform.Answer, id, username string) delivery.Receipt {
	if !handle(username) {
		username = "i" // x.com/i/status/… leads to the post whoever wrote it
	}
	at := a.At
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		at = date
	}
	return delivery.Receipt{PostID: id, URL: c.web.JoinPath(username, "status", id).String(), PostedAt: at}
}

func (c *Client) knownUsername() string {
	if who := c.who.Load(); who != nil {
		return who.Username
	}
	return ""
}

// decimal tells whether s is an ID: digits that are not all zero. IDs stay strings,
// they do not fit into a float.
func decimal(s string) bool {
	if len(s) > maxIDDigits || strings.Trim(s, "0") == "" {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

// handle tells whether s can be a path segment of a permalink.
func handle(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// withoutID classes a success that names no post: it may exist all the same.
func withoutID(a platform.Answer) *platform.Error {
	return a.Fail(delivery.Ambiguous, errors.New("the server reports success but names no post ID"))
}
