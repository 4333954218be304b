//go:build !linux

package journal

import "os"

// IsStream tells whether f leads to systemd's journal; there is none here.
func IsStream(*os.File, string) bool { return false }
