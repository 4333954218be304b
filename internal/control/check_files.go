package control

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// CheckFolder tries whether an outbox that is not there yet can be created, as "run"
// will, and leaves nothing; false: there is an outbox, or nobody can tell, or no folder,
// of which CheckDisk tells.
func CheckFolder(outbox string) (f Finding, looked bool) {
	dir := filepath.Dir(outbox)
	info, err := os.Stat(dir)
	if err != nil {
		return f, false
	}
	if _, err := os.Lstat(outbox); !errors.Is(err, fs.ErrNotExist) {
		return f, false
	}
	f = Finding{Subject: "outbox folder " + dir}
	me, owner := os.Geteuid(), ownerOf(info)
	if err := tryFile(dir); err != nil {
		f.Detail = fmt.Sprintf("%s can create no file there: %v", userName(me), cause(err))
		f.Way = fmt.Sprintf("give the folder to the user that crieur runs as, and let it write there: chown USER %s, chmod 700 %s", dir, dir)
		if owner != me {
			f.Way = fmt.Sprintf("it belongs to %s: check as root, or give it to the user that crieur runs as", userName(owner))
		}
		return f, true
	}
	f.OK, f.Detail = true, "an outbox can be created there"
	if owner != me {
		f.Notes = append(f.Notes, fmt.Sprintf("tried as %s, but the folder belongs to %s: see that crieur runs as that user", userName(me), userName(owner)))
	}
	return f, true
}

// tryFile creates a file as the outbox would be, and removes it.
func tryFile(dir string) error {
	file, err := os.CreateTemp(dir, ".crieur-check-*")
	if err != nil {
		return err
	}
	_, werr := file.WriteString("crieur")
	return errors.Join(werr, file.Close(), os.Remove(file.Name()))
}

func ownerOf(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid)
	}
	return os.Geteuid()
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return fmt.Sprintf("user %d", uid)
}

// ReadByAll tells whether users beyond the file's own and its group may read it.
func ReadByAll(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o004 != 0
}
