package redirect

import (
	"os"
	"path/filepath"
)

// Exported looks for an export in dir, as whoever asks sees it: fs.ErrNotExist where none
// was ever written.
func Exported(dir string) error {
	_, err := os.Lstat(filepath.Join(dir, goneFolder))
	return err
}
