package daemon

import (
	"errors"
	"testing"
)

func TestOfManyErrorsTheFirstAreToldAndTheRestCounted(t *testing.T) {
	var f firstErrors
	if err := f.err(); err != nil {
		t.Errorf("without any: %v", err)
	}
	for _, s := range []string{"a", "b", "c", "d"} {
		f.add(errors.New(s), 2)
	}
	if err := f.err(); err == nil || err.Error() != "a\nb\nand 2 more" || len(f.kept) != 2 {
		t.Errorf("%v, %d kept", err, len(f.kept))
	}
}
