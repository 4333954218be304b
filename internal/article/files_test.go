package article

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

const minimal = "Bonjour !\n\nSource: https://e.org/\n"

// world makes files in a new folder and returns it.
func world(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		path := filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestExpandListsAFoldersArticlesInOrder(t *testing.T) {
	dir := world(t, "b.md", "a.txt", "c.JSON", "d.markdown", ".hidden.txt", "e.png", "f.txt~", "sub/g.txt", "folder.txt/h.txt")
	if err := os.Symlink("a.txt", filepath.Join(dir, "z.txt")); err != nil {
		t.Fatal(err)
	}
	in := func(names ...string) (out []string) {
		for _, n := range names {
			out = append(out, filepath.Join(dir, n))
		}
		return out
	}
	got, err := Expand([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	same(t, in("a.txt", "b.md", "c.JSON", "d.markdown", "z.txt"), got)

	got, err = Expand([]string{filepath.Join(dir, "sub"), "-", dir + "//e.png", dir + "/./b.md", "-", filepath.Join(dir, "b.md")})
	if err != nil {
		t.Fatal(err)
	}
	same(t, append(in("sub/g.txt"), append([]string{"-"}, in("e.png", "b.md")...)...), got)
}

func TestExpandRefusesWhatHoldsNoArticle(t *testing.T) {
	dir := world(t, "only/.hidden.txt", "only/a.png")
	dangling := filepath.Join(dir, "only", "x.txt")
	for path, want := range map[string]string{
		t.TempDir():                  "folder has no article: want files named *.txt, *.md, *.markdown, *.json",
		filepath.Join(dir, "only"):   "folder has no article",
		filepath.Join(dir, "absent"): "cannot be read: no such file or directory",
		"":                           "cannot be read: no such file or directory",
		os.DevNull:                   "is a device or socket: name a file",
	} {
		_, err := Expand([]string{path})
		var e *Error
		if !errors.As(err, &e) || e.File != path || !strings.HasPrefix(e.Err.Error(), want) {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	if err := os.Symlink("absent", dangling); err != nil {
		t.Fatal(err)
	}
	if _, err := Expand([]string{filepath.Join(dir, "only")}); err == nil || !strings.Contains(err.Error(), dangling) {
		t.Errorf("a dangling link: got %v", err)
	}
	if _, err := Expand(nil); err == nil {
		t.Error("nothing at all was accepted")
	}
}

func TestReadFileReadsAFileAPipeAndStandardInput(t *testing.T) {
	dir := world(t, "a.txt")
	want := read(t, "-", minimal, Options{})
	got, err := ReadFile(filepath.Join(dir, "a.txt"), nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, got)
	got, err = ReadFile("-", iotest.OneByteReader(strings.NewReader(minimal)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, got)

	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte(minimal), 0o600) }()
	got, err = ReadFile(pipe, nil, Options{})
	if err = errors.Join(err, <-written); err != nil {
		t.Fatal(err)
	}
	same(t, want, got)
}

// endless never ends; it counts what was read of it.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.n += len(p)
	return len(p), nil
}

func TestReadFileStopsBehindOneMiB(t *testing.T) {
	in := &endless{}
	_, err := ReadFile("-", in, Options{})
	if err == nil || err.Error() != "standard input: is larger than 1 MiB: hand in one article, without images" {
		t.Errorf("got %v", err)
	}
	if in.n > MaxSize+1 {
		t.Errorf("%d bytes were read", in.n)
	}
	path := filepath.Join(t.TempDir(), "big.txt")
	if err := os.WriteFile(path, []byte(minimal+repeat("a", MaxSize)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path, nil, Options{}); err == nil || err.Error() != path+": is larger than 1 MiB: hand in one article, without images" {
		t.Errorf("got %v", err)
	}
	if _, err := Read("-", []byte(minimal+"\n"+repeat("a", MaxSize-len(minimal)-1)), Options{}); err != nil {
		t.Errorf("exactly 1 MiB: %v", err)
	}
}

func TestReadFileRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for path, want := range map[string]string{
		dir:                          "is a folder: name a file in it",
		socket:                       "is a device or socket: name a file, or \"-\" for standard input",
		"/dev/zero":                  "is a device or socket: name a file, or \"-\" for standard input",
		filepath.Join(dir, "absent"): "cannot be read: no such file or directory",
	} {
		if _, err := ReadFile(path, nil, Options{}); err == nil || err.Error() != path+": "+want {
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	failing := iotest.ErrReader(errors.New("broken"))
	if _, err := ReadFile("-", failing, Options{}); err == nil || err.Error() != "standard input: broken" {
		t.Errorf("got %v", err)
	}
}
