package control

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

const (
	mayRead  fs.FileMode = 0o4
	mayWrite fs.FileMode = 0o2
	mayEnter fs.FileMode = 0o1
)

// CheckOwners judges, where root asks, for the user who owns the outbox's folder, as whom
// crieur runs: root may read all, and would miss what that user may not. It goes by owner
// and mode. Secrets may be root's, with LoadCredential= in the unit.
func CheckOwners(configuration, outbox string, secrets []string) []Finding {
	info, err := os.Stat(filepath.Dir(outbox))
	if err != nil || os.Geteuid() != 0 || ownerOf(info) == 0 {
		return nil
	}
	return checkOwners(serviceUser(info), configuration, outbox, secrets)
}

func checkOwners(u owner, configuration, outbox string, secrets []string) (all []Finding) {
	shut, closed := u.closed(configuration, mayRead)
	if closed != "" {
		mode := "640"
		if shut != configuration {
			mode = "750"
		}
		all = append(all, Finding{
			Subject: "configuration for " + u.name, Detail: closed,
			Way: fmt.Sprintf("chgrp %s %s; chmod %s %s", u.group, shut, mode, shut),
		})
	}
	if at, closed := u.closed(outbox, mayRead|mayWrite); closed != "" {
		all = append(all, Finding{
			Subject: "outbox for " + u.name, Detail: closed,
			Way: fmt.Sprintf("chown %s:%s %s; chmod u+rwX %s", u.name, u.group, at, at),
		})
	}
	for _, path := range secrets {
		if at, closed := u.closed(path, mayRead); closed != "" && at != shut {
			way := fmt.Sprintf("chown %s %s", u.name, path)
			if at != path {
				way = fmt.Sprintf("chgrp %s %s; chmod 750 %s", u.group, at, at)
			}
			all = append(all, Finding{
				Subject: "secret for " + u.name, OK: true, Skipped: true, Detail: closed,
				Notes: []string{fmt.Sprintf("right with LoadCredential= for %s in the unit, else: %s", path, way)},
			})
		}
	}
	return all
}

// owner is as whom crieur runs.
type owner struct {
	name, group string
	uid         int
	gids        []int
}

// serviceUser is the owner of a folder, with the groups that the machine gives him.
func serviceUser(folder fs.FileInfo) owner {
	u := owner{uid: ownerOf(folder)}
	u.name, u.group = userName(u.uid), strconv.Itoa(groupOf(folder))
	gid := groupOf(folder)
	if known, err := user.LookupId(strconv.Itoa(u.uid)); err == nil {
		ids, err := known.GroupIds()
		if own, wrong := strconv.Atoi(known.Gid); err == nil && wrong == nil {
			gid = own
		}
		for _, id := range ids {
			if n, err := strconv.Atoi(id); err == nil {
				u.gids = append(u.gids, n)
			}
		}
	}
	u.gids = append(u.gids, gid)
	if g, err := user.LookupGroupId(strconv.Itoa(gid)); err == nil {
		u.group = g.Name
	}
	return u
}

// closed is the first on the way to a file that this user may not enter, else the file
// where he may not do what he needs to; both are empty where nothing is, and where there is
// no such file.
func (u owner) closed(path string, need fs.FileMode) (at, why string) {
	var way []string
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		way = append(way, dir)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	slices.Reverse(way)
	for _, dir := range way {
		if info, err := os.Stat(dir); err == nil && !u.may(info, mayEnter) {
			return dir, fmt.Sprintf("%s may not enter %s, %s's with mode %#o", u.name, dir, userName(ownerOf(info)), info.Mode().Perm())
		}
	}
	if info, err := os.Stat(path); err == nil && !u.may(info, need) {
		verb := "read"
		if need&mayWrite != 0 {
			verb = "write"
		}
		return path, fmt.Sprintf("%s may not %s %s, %s's with mode %#o", u.name, verb, path, userName(ownerOf(info)), info.Mode().Perm())
	}
	return "", ""
}

func (u owner) may(info fs.FileInfo, need fs.FileMode) bool {
	mode := info.Mode().Perm()
	switch {
	case ownerOf(info) == u.uid:
		mode >>= 6
	case slices.Contains(u.gids, groupOf(info)):
		mode >>= 3
	}
	return mode&need == need
}

func groupOf(info fs.FileInfo) int {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(s.Gid)
	}
	return os.Getegid()
}
