package daemon

import (
	"errors"
	"fmt"
)

// firstErrors are some of many: a folder may refuse each of a million pages.
type firstErrors struct {
	kept []error
	n    int // all of them
}

func (f *firstErrors) add(err error, most int) {
	if f.n++; f.n <= most {
		f.kept = append(f.kept, err)
	}
}

// err is one error of those kept, with the number of the others; nil: there was none.
func (f *firstErrors) err() error {
	err := errors.Join(f.kept...)
	if more := f.n - len(f.kept); more > 0 {
		err = errors.Join(err, fmt.Errorf("and %d more", more))
	}
	return err
}
