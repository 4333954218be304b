package control

import (
	"errors"
	"fmt"
	"strings"

	"crieur/internal/outbox"
)

// place makes a filter begin where the wanted deliveries do: at the highest ID with the
// prefix, so that finding them costs by what is found.
func (f ListFilter) place(to *outbox.Filter) error {
	to.After = f.After
	if f.Prefix == "" {
		return nil
	}
	if f.After != "" {
		return errors.New("after and prefix exclude each other")
	}
	id, _, dotted := strings.Cut(f.Prefix, ".")
	const length, highest = 12, "z" // of an article's ID
	if len(id) > length || dotted && len(id) < length {
		return fmt.Errorf("prefix %q: no ID begins so", f.Prefix)
	}
	// No account's name sorts behind "~".
	to.After = id + strings.Repeat(highest, length-len(id)) + ".~"
	return nil
}
