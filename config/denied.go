package config

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

// wayIn is what lets whoever asks read a configuration that he may not; otherwise where
// err is another one.
func wayIn(path, otherwise string, err error) string {
	at, info, ok := closedAt(path)
	if !errors.Is(err, fs.ErrPermission) || !ok {
		return otherwise
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return otherwise
	}
	who := userName(os.Geteuid())
	return wayInto(at, info.Mode(), groupName(int(st.Gid)), who, groupName(os.Getegid())) + ", or name another file with --config"
}

// wayInto tells of a file or folder that is closed to a user, whose own group is his.
func wayInto(at string, mode fs.FileMode, group, who, his string) string {
	need, open := fs.FileMode(0o040), "640"
	if mode.IsDir() {
		need, open = 0o010, "750"
	}
	if mode.Perm()&need != 0 && group != "root" {
		return fmt.Sprintf("%s is open to group %s: as root, adduser %s %s, then log in again", at, group, who, group)
	}
	return fmt.Sprintf("where crieur runs as user %s, as root: chgrp %s %s; chmod %s %s", who, his, at, open, at)
}

// closedAt is the file, or the folder on the way to it, that can be seen and not entered.
func closedAt(path string) (at string, info fs.FileInfo, ok bool) {
	at, err := filepath.Abs(path)
	for err == nil {
		info, err = os.Stat(at)
		if err == nil || !errors.Is(err, fs.ErrPermission) || at == filepath.Dir(at) {
			break
		}
		at, err = filepath.Dir(at), nil
	}
	return at, info, err == nil
}

// wayToSecret is the same for a secret, which is its reader's alone.
func wayToSecret(path string, err error) string {
	if !errors.Is(err, fs.ErrPermission) {
		return "create the file, readable by the service user alone"
	}
	at, info, ok := closedAt(path)
	who := userName(os.Geteuid())
	if ok && info.IsDir() {
		return fmt.Sprintf("user %s may not enter %s: as root, chgrp %s %s; chmod 750 %s", who, at, groupName(os.Getegid()), at, at)
	}
	return fmt.Sprintf("it is not user %s's: as root, chown %s %s; chmod 600 %s", who, who, path, path)
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

func groupName(gid int) string {
	if g, err := user.LookupGroupId(strconv.Itoa(gid)); err == nil {
		return g.Name
	}
	return strconv.Itoa(gid)
}
