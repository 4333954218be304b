package redirect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// maxExported is larger than any page, in bytes: an article has at most 1 MiB.
const maxExported = 16 << 20

// Strays are the slugs of pages whose files Export wrote into the folder and of which the
// source knows nothing: an older backup was restored, or another outbox is in its place.
// They stay, because posts lead there, until Remove. address is that of a page; of another
// site's pages nothing is told.
func (x *Export) Strays(address func(slug string) string) (slugs []string, err error) {
	for _, dir := range []string{".", goneFolder} {
		all, err := fs.ReadDir(x.folder.root.FS(), dir)
		if err != nil {
			return nil, err
		}
		for _, e := range all {
			slug, ok := strings.CutSuffix(e.Name(), ".json")
			if !ok || !ValidSlug(slug) || !e.Type().IsRegular() {
				continue
			}
			_, known, err := x.src.Page(slug)
			if err != nil {
				return nil, err
			}
			if known || dir == "." && x.folder.has(goneFolder+"/"+e.Name()) {
				continue // of two it is named once
			}
			ours, err := x.wrote(dir, slug, address(slug))
			if err != nil {
				return nil, err
			}
			if ours {
				slugs = append(slugs, slug)
			}
		}
	}
	return slugs, nil
}

// Remove takes the files of a page away that Strays named. What stands under one of their
// names and is not a page of Export's, nor a file, is left.
func (x *Export) Remove(slug, address string) error {
	for _, dir := range []string{".", goneFolder} {
		ours, err := x.wrote(dir, slug, address)
		if err != nil {
			return fmt.Errorf("page %q: %w", slug, err)
		}
		if !ours {
			continue
		}
		// The record, by which they are known, goes last: what is interrupted can be done again.
		for _, ext := range []string{".html", ".stay.html", ".png", ".jpg", ".json"} {
			name := path.Join(dir, slug+ext)
			if err := x.folder.remove(name); err != nil {
				return fmt.Errorf("page %q: %w", slug, err)
			}
		}
	}
	return nil
}

// wrote tells whether the files of a page in dir are Export's, by what they say: the record
// names slug and address, and the page, where there is one, that record.
func (x *Export) wrote(dir, slug, address string) (bool, error) {
	body, err := x.read(path.Join(dir, slug+".json"))
	if err != nil || !records(body, slug, address, dir == goneFolder) {
		return false, err
	}
	if dir == goneFolder {
		return true, nil
	}
	for _, ext := range []string{".html", ".stay.html"} {
		page, err := x.read(slug + ext)
		if err != nil {
			return false, err
		}
		if page != nil && !bytes.Contains(page, []byte(`<link rel="alternate" type="application/json" href="`+address+`.json">`)) {
			return false, nil
		}
	}
	return true, nil
}

// records tells whether body is the record of a page.
func records(body []byte, slug, address string, withdrawn bool) bool {
	var rec struct {
		Slug      string  `json:"slug"`
		URL       string  `json:"url"`
		Withdrawn bool    `json:"withdrawn"`
		Posts     *[]Post `json:"posts"` // in each but that of a withdrawn article
	}
	err := json.Unmarshal(body, &rec)
	return err == nil && rec.Slug == slug && rec.URL == address && rec.Withdrawn == withdrawn && rec.Withdrawn == (rec.Posts == nil)
}

// read is a file: nil where there is none, empty where it is something that no page is.
func (x *Export) read(name string) ([]byte, error) {
	fi, err := x.folder.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !fi.Mode().IsRegular() || fi.Size() > maxExported:
		return []byte{}, nil
	}
	return x.folder.root.ReadFile(name)
}
