package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Open opens the store, and creates it, readable by its user alone, when there is
// none. A store of an older crieur is brought up to date, after a backup beside it: see
// Migrated. Its errors match ErrLocked, ErrNewerSchema, ErrOlderSchema or ErrDamaged
// where they fit; a file that is refused is left as it is.
func Open(path string, opt Options) (*Outbox, error) {
	if opt.LockTimeout <= 0 {
		opt.LockTimeout = time.Second
	}
	switch err := exists(path); {
	case errors.Is(err, fs.ErrNotExist) && isLink(path):
		return nil, fmt.Errorf("open outbox %q: it is a link to a file that is not there; is its file system mounted?", path)
	case errors.Is(err, fs.ErrNotExist) && opt.MustExist:
		return nil, fmt.Errorf("open outbox %q: there is none, and nothing was created: %w", path, err)
	case errors.Is(err, fs.ErrNotExist):
		if err := create(path); err != nil {
			return nil, fmt.Errorf("create outbox %q: %w%s", path, err, wayOut(err))
		}
	case err != nil:
		return nil, fmt.Errorf("open outbox %q: %w%s", path, err, wayOut(err))
	}
	if opt.MapRoom <= 0 {
		opt.MapRoom = mapRoom
	}
	o, err := openIn(path, opt.LockTimeout, opt.MapRoom)
	for try := 1; errors.Is(err, errReplaced) && try < 3; try++ {
		o, err = openIn(path, opt.LockTimeout, opt.MapRoom)
	}
	if err != nil {
		return nil, fmt.Errorf("open outbox %q: %w%s", path, err, wayOut(err))
	}
	sweep(path)
	if o.schema < schema && !opt.AnySchema {
		if err := o.migrate(opt); err != nil {
			return nil, errors.Join(fmt.Errorf("open outbox %q: %w", path, err), o.db.Close())
		}
	}
	return o, nil
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == fs.ModeSymlink
}

// exists refuses what bbolt would hang on (a pipe) or silently start anew (an empty file).
func exists(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a directory, want a file in it: set [outbox] path")
	case !info.Mode().IsRegular():
		return fmt.Errorf("not a regular file (%s)", info.Mode().Type())
	case info.Size() == 0:
		return fmt.Errorf("%w: it is empty; restore a backup, or remove it if it never held anything", ErrDamaged)
	}
	return nil
}

func openMapped(path string, lockTimeout time.Duration, room int) (*Outbox, error) {
	var file *os.File
	o := &Outbox{path: path}
	err := guard(func() (err error) {
		o.db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockTimeout,
			// The map sorts all free pages for every commit: 1 ms after a large import.
			FreelistType:    bbolt.FreelistArrayType,
			NoStatistics:    true,
			InitialMmapSize: room,
			OpenFile: func(name string, flag int, perm fs.FileMode) (f *os.File, err error) {
				// Not to be created here: see create.
				file, err = os.OpenFile(name, flag&^os.O_CREATE, perm)
				return file, err
			},
		})
		if err != nil {
			return err
		}
		if o.file, err = sameFile(file, path); err != nil {
			return err
		}
		return o.db.View(o.check)
	})
	if err == nil {
		return o, nil
	}
	if o.db != nil {
		err = errors.Join(err, o.db.Close())
	} else if file != nil {
		// Closed already, unless bbolt panicked. Then its map, which nobody can reach,
		// would hold the lock for good.
		_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
		_ = file.Close()
	}
	return nil, openError(err)
}

// openError says in the outbox's words what bbolt says in its own.
func openError(err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

var errReplaced = errors.New("the file was replaced while it was being opened, as a restore does")

// sameFile: the lock that was waited for may be that of a file put aside meanwhile.
func sameFile(f *os.File, path string) (os.FileInfo, error) {
	opened, err := f.Stat()
	if err != nil {
		return nil, err
	}
	there, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !os.SameFile(opened, there) {
		return nil, errReplaced
	}
	return opened, nil
}

// check refuses a file that is cut short, is no outbox, or is of a newer crieur, and
// reads its mark.
func (o *Outbox) check(t *bbolt.Tx) error {
	info, err := os.Stat(t.DB().Path())
	if err != nil {
		return err
	}
	if info.Size() < t.Size() {
		return fmt.Errorf("%w: it is cut short, %d bytes of %d", ErrDamaged, info.Size(), t.Size())
	}
	meta := t.Bucket(bucketMeta)
	if meta == nil {
		return fmt.Errorf("%w: a bbolt file without the outbox's buckets", ErrDamaged)
	}
	version, err := strconv.Atoi(string(meta.Get(metaSchema)))
	if err != nil || version < 1 {
		return fmt.Errorf("%w: schema version %q", ErrDamaged, meta.Get(metaSchema))
	}
	if version > schema {
		return fmt.Errorf("%w: it has schema %d, this one knows up to %d; install the newer crieur, or restore a backup from before the upgrade",
			ErrNewerSchema, version, schema)
	}
	o.schema = version
	x, err := newTx(t)
	if err != nil {
		return err
	}
	o.restored, err = x.restored()
	return err
}

// create makes a new store aside and links it into place whole, so that neither a
// crash nor a second process ever meets half a store.
func create(path string) error {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("its directory: %w", err)
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	// What root makes, as by an "enqueue" before the first start, is the service's.
	if err := errors.Join(ownAs(f, path, nil), f.Close()); err != nil {
		return err
	}
	db, err := bbolt.Open(f.Name(), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(format), db.Close()); err != nil {
		return err
	}
	if err := place(f.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil // another process was quicker
}

func format(t *bbolt.Tx) error {
	for _, name := range [][]byte{bucketMeta, bucketData} {
		if _, err := t.CreateBucket(name); err != nil {
			return err
		}
	}
	return t.Bucket(bucketMeta).Put(metaSchema, []byte(strconv.Itoa(schema)))
}

// syncDir makes the new name itself survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close closes the store, after the transactions and backups under way. Closing twice
// is harmless.
func (o *Outbox) Close() error {
	o.copying.Lock()
	defer o.copying.Unlock()
	if err := o.db.Close(); err != nil {
		return fmt.Errorf("close outbox %q: %w", o.path, err)
	}
	o.closed.Store(true)
	return nil
}

// Size returns the file's size in bytes.
func (o *Outbox) Size() (int64, error) {
	info, err := os.Stat(o.path)
	if err != nil {
		return 0, fmt.Errorf("outbox %q: %w", o.path, err)
	}
	return info.Size(), nil
}

// wayOut tells an operator what to do, where that is clear.
func wayOut(err error) string {
	switch {
	case errors.Is(err, ErrLocked):
		return ": is the daemon running? Then talk to it through its control socket, or stop it first"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ": free some space; nothing of this change was stored"
	case errors.Is(err, syscall.EROFS):
		return ": the file system is read-only; with systemd, add the directory to ReadWritePaths="
	case errors.Is(err, fs.ErrPermission):
		return ": run crieur as the user who owns the outbox"
	case errors.Is(err, fs.ErrNotExist):
		return ": make the directory first, owned by crieur's user, or set [outbox] path"
	}
	return ""
}
