package control

import (
	"fmt"
	"path/filepath"
	"syscall"
	"time"

	"crieur/internal/dispatch"
)

const (
	// mostSkew is how far the clock may be off: posts go out that much early or late.
	// OAuth 1.0a breaks down at five minutes.
	mostSkew = 30 * time.Second
	// leastRoom is what an outbox should have left: months of posts, and a backup.
	leastRoom = 100 << 20
)

// dated is a client that compared the platform's clock with ours.
type dated interface{ ClockAhead() (time.Duration, bool) }

// CheckClock judges this machine's clock by the answers that the accounts' platforms gave
// to CheckAccounts.
func CheckClock(accounts []dispatch.Account) Finding {
	f := Finding{Subject: "clock", OK: true, Skipped: true, Detail: "not looked at: no platform told its time"}
	var worst time.Duration
	for _, a := range accounts {
		c, ok := a.Client.(dated)
		if !ok {
			continue
		}
		ahead, told := c.ClockAhead()
		if !told {
			continue
		}
		if ahead.Abs() >= worst.Abs() {
			worst, f.Skipped = ahead, false
			f.Detail = fmt.Sprintf("%s the time of %s's platform", apart(ahead), a.Name)
		}
	}
	if worst.Abs() > mostSkew {
		f.OK, f.Way = false, "set the clock and keep it: timedatectl set-ntp true"
	}
	return f
}

func apart(ahead time.Duration) string {
	switch d := ahead.Round(time.Second); {
	case d.Abs() <= 2*time.Second: // what a Date of whole seconds and the way take
		return "as"
	case d > 0:
		return d.String() + " ahead of"
	default:
		return d.Abs().String() + " behind"
	}
}

// CheckDisk judges the room where the outbox is.
func CheckDisk(outbox string) Finding {
	dir := filepath.Dir(outbox)
	f := Finding{Subject: "disk"}
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		f.Detail, f.Way = fmt.Sprintf("%s: %v", dir, err), "make the folder, owned by crieur's user, or set [outbox] path"
		return f
	}
	room := s.Bavail * uint64(s.Bsize)
	f.OK = room >= leastRoom
	f.Detail = fmt.Sprintf("%s free at %s", size(room), dir)
	if s.Files > 0 && s.Ffree == 0 {
		f.OK, f.Detail = false, "no file can be created any more at "+dir
	}
	if !f.OK {
		f.Way = "make room: nothing is posted while the outbox cannot be written"
	}
	return f
}

// backupOld is how old the last backup may be where there are any: one that is made daily
// may fail twice.
const backupOld = 3 * 24 * time.Hour

// CheckBackup judges when the outbox was last backed up (Status.LastBackupAt). One that
// never was may have backups of another kind.
func CheckBackup(last *time.Time, now time.Time) Finding {
	f := Finding{Subject: "backup", OK: true}
	if last == nil {
		f.Skipped, f.Detail = true, "none was ever made by crieur"
		f.Notes = []string{"daily ones, with the package: enable the site's timer, as crieur-backup.timer is for the first"}
		return f
	}
	age := now.Sub(*last)
	f.Detail = "the last one is of " + last.UTC().Format("2006-01-02 15:04 UTC")
	if age > backupOld {
		f.OK, f.Detail = false, fmt.Sprintf("%s, %d days old", f.Detail, age/(24*time.Hour))
		f.Way = "see why in the status of the site's backup timer and service (crieur-backup for the first); or make one: crieur backup FILE"
	}
	return f
}

func size(n uint64) string {
	if n >= 10<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
