package main

import (
	"errors"
	"fmt"
	"io/fs"
)

// writtenElsewhere tells that a daemon wrote to another place than the one of that name here: what
// looking for it gave before and after it said that all is written. Whoever may not look
// into the folder cannot tell.
func writtenElsewhere(before, after error) bool {
	return before == nil || errors.Is(after, fs.ErrNotExist)
}

func notHere(path, instead string) error {
	return fmt.Errorf("%s: the daemon wrote it, but not here: under systemd it has a /tmp and a /var/tmp of its own, and what lies there goes when it stops: name a place that is the same for both, such as %s", path, instead)
}
