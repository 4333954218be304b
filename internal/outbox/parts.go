package outbox

import (
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// A backup is written to a part beside its name until it is whole. Whoever is killed
// leaves one; a backup is large, so the next one in the same folder sweeps it.
const (
	partMark = ".crieur-part-"
	// partStale is how long nothing was written to it: a folder may be on another machine,
	// whose locks are not seen here.
	partStale = time.Hour
)

var isPart = regexp.MustCompile(`^\..+\.crieur-part-[0-9]+$`)

// newPart makes one, locked until it is closed: as long as its process lives nobody
// sweeps it. Where a file system has no locks, nobody can.
func newPart(path string) (*os.File, error) {
	for try := 1; ; try++ {
		f, err := tempBeside(path, partMark)
		if err != nil {
			return nil, err
		}
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if _, err := sameFile(f, f.Name()); err == nil || try == 3 {
			return f, nil
		}
		_ = f.Close() // swept before it was locked, by a clock that is an hour ahead
	}
}

// closePart lets the lock go by itself: a program that is being started by another
// goroutine has the file open too for a moment, and would keep it.
func closePart(f *os.File) error {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	return f.Close()
}

// sweepParts removes what killed backups left in a folder. What cannot be removed harms
// nothing but the space it takes.
func sweepParts(dir string, now time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && isPart.MatchString(e.Name()) && info.Mode().IsRegular() && now.Sub(info.ModTime()) > partStale {
			sweepPart(filepath.Join(dir, e.Name()))
		}
	}
}

func sweepPart(path string) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		_ = os.Remove(path)
	}
	_ = f.Close()
}
