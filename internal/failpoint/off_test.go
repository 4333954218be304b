//go:build !failpoints

package failpoint

import "testing"

// TestAReleaseHasNoFailpoints would not return from Reach otherwise.
func TestAReleaseHasNoFailpoints(t *testing.T) {
	t.Setenv(Variable, "here")
	Reach("here")
	if n := testing.AllocsPerRun(100, func() { Reach("here") }); n != 0 {
		t.Errorf("Reach allocates %v times", n)
	}
}
