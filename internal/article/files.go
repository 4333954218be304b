package article

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// extensions are the files of a folder that are articles.
var extensions = []string{".txt", ".md", ".markdown", ".json"}

// Expand names every article file that paths mean: a file is itself, a folder its
// article files in the order of their names (not its subfolders, not hidden files),
// "-" is standard input. A file named twice comes once.
func Expand(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		files := []string{p}
		if p != "-" {
			info, err := os.Stat(p)
			if err != nil {
				return nil, fileError(p, err)
			}
			if info.IsDir() {
				if files, err = folder(p); err != nil {
					return nil, err
				}
			} else if err := readable(p, info); err != nil {
				return nil, err
			}
		}
		for _, f := range files {
			if f != "-" {
				f = filepath.Clean(f)
			}
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no article: name files, folders, or \"-\" for standard input")
	}
	return out, nil
}

// folder lists the article files of a folder.
func folder(path string) ([]string, error) {
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, fileError(path, err)
	}
	var out []string
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		if strings.HasPrefix(e.Name(), ".") || !slices.Contains(extensions, strings.ToLower(filepath.Ext(file))) {
			continue
		}
		info, err := os.Stat(file) // a link to a file is a file
		if err != nil {
			return nil, fileError(file, err)
		}
		if info.Mode().IsRegular() {
			out = append(out, file)
		}
	}
	if len(out) == 0 {
		return nil, fileError(path, fmt.Errorf("folder has no article: want files named *%s", strings.Join(extensions, ", *")))
	}
	return out, nil
}

// readable refuses what is no file. A pipe is one: shells make "<(command)" of it.
func readable(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular(), mode&fs.ModeNamedPipe != 0:
		return nil
	case mode.IsDir():
		return fileError(path, errors.New("is a folder: name a file in it"))
	}
	return fileError(path, errors.New("is a device or socket: name a file, or \"-\" for standard input"))
}

// ReadFile reads one article from a file, or from stdin when path is "-". It reads no
// more than an article may be long.
func ReadFile(path string, stdin io.Reader, opt Options) (Result, error) {
	in := stdin
	if path != "-" {
		// Before it is opened: opening a device can act on it.
		info, err := os.Stat(path)
		if err != nil {
			return Result{}, fileError(path, err)
		}
		if err := readable(path, info); err != nil {
			return Result{}, err
		}
		f, err := os.Open(path)
		if err != nil {
			return Result{}, fileError(path, err)
		}
		defer func() { _ = f.Close() }() // only read from
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return Result{}, fileError(path, err)
	}
	return Read(path, data, opt)
}

// fileError names the file once: the errors of package os name it too.
func fileError(path string, err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = fmt.Errorf("cannot be read: %w", of.Err)
	}
	return &Error{File: path, Err: err}
}
