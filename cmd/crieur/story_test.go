package main

import (
	"testing"

	"crieur/internal/control"
	"crieur/internal/delivery"
)

// What was not sent is not told as sent, and no platform is said to have answered that
// was not reached.
func TestAnAttemptIsToldAsItWas(t *testing.T) {
	for want, a := range map[string]control.Attempt{
		"try 1: not sent (connection refused)":                           {N: 1, Class: string(delivery.Refused), Error: "not sent: dial tcp 192.0.2.1:443: connect: connection refused"},
		"try 2: not sent, X answered 400 (the picture: it is too large)": {N: 2, Class: string(delivery.Permanent), Status: 400, Error: "not sent: the picture: it is too large"},
		"not sent: the check of the page did not come to an end":         {N: 3, Class: string(delivery.Throttled), Error: "not sent: the check of the page did not come to an end"},
		"try 4: sent to X, which answered 503: not posted (down)":        {N: 4, Class: string(delivery.Refused), Status: 503, Error: "down"},
		"try 5: sent to X, no answer: it may or may not be posted":       {N: 5, Class: string(delivery.Ambiguous)},
		"try 6: sent to X, which answered 201: posted":                   {N: 6, Class: string(delivery.OK), Status: 201},
	} {
		if got := attemptInWords(a, "X"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
