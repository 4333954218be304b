//go:build !linux

// Package clockset tells when somebody sets the system's clock.
package clockset

import (
	"context"
	"errors"
)

// Watch is for Linux: elsewhere one has to look at the clock now and then.
func Watch(context.Context, func()) error {
	return errors.New("this system does not tell when its clock is set")
}
