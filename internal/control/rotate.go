package control

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// backupStamp is the moment in the name of one backup of several: in their order as text
// too, because the moments of files change with the first copy.
const backupStamp = "20060102T150405Z"

// DatedBackup is the name for a backup that is made at now, of those in a row that path
// names: outbox.db gives outbox-20261127T031205Z.db.
func DatedBackup(path string, now time.Time) string {
	ext := filepath.Ext(path)
	for {
		name := strings.TrimSuffix(path, ext) + "-" + now.UTC().Format(backupStamp) + ext
		if _, err := os.Lstat(name); err != nil {
			return name // what is taken all the same, the backup refuses
		}
		now = now.Add(time.Second)
	}
}

// RotateBackups leaves the newest of a row of backups, keep of them with the one just
// made, and returns what it removed. made always stays, also where the clock was set back.
// It goes by names alone and touches nothing that DatedBackup did not name.
func RotateBackups(path, made string, keep int) (removed []string, err error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("old backups: %w", err)
	}
	ext := filepath.Ext(path)
	var others []string // oldest first
	for _, e := range entries {
		name := filepath.Join(filepath.Dir(path), e.Name())
		stamp, ours := strings.CutPrefix(name, strings.TrimSuffix(path, ext)+"-")
		stamp, whole := strings.CutSuffix(stamp, ext)
		if _, err := time.Parse(backupStamp, stamp); ours && whole && err == nil && e.Type().IsRegular() && name != made {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others[:max(0, len(others)-keep+1)] {
		if err := os.Remove(name); err != nil {
			return removed, fmt.Errorf("old backup: %w: run crieur as the user who owns the folder, or remove it yourself", err)
		}
		removed = append(removed, name)
	}
	return removed, nil
}
