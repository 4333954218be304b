package main

import (
	"errors"
	"strings"
	"testing"
)

func TestOnlyYesIsYes(t *testing.T) {
	for answer, want := range map[string]bool{"yes\n": true, " YES \r\n": true, "yes": true, "y\n": true, "yy\n": false, "no\n": false, "\n": false, "": false, "yes please\n": false} {
		err := agreed(strings.NewReader(answer), "withdrawn")
		var usage usageError
		if (err == nil) != want || err != nil && !errors.As(err, &usage) {
			t.Errorf("%q: %v", answer, err)
		}
	}
}
