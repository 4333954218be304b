package redirect

import (
	"errors"
	"fmt"
	"net/http"
)

// The names of files in an exported folder. A web server finds the file of an address
// by its name alone: /{slug} is {slug}.html, /{slug}?stay is {slug}.stay.html, and all
// else is named as its address. What is below goneFolder is answered with 410 under
// the address that it has without the folder. No slug begins with "_" or contains ".".
const (
	goneFolder  = "gone"
	missingFile = "_404.html"
)

// Export writes pages as files, the same bytes as Handler serves, each also compressed
// as {file}.gz and {file}.br where Handler compresses it. Files that would read the same
// are not touched, and no reader ever sees half of one. Its functions are not to be
// called at the same time.
type Export struct {
	src    Source
	folder *folder
	// Redraw draws every share image anew. Without it the image of a page that reads as
	// its file does stays: only another version of crieur draws another one.
	Redraw bool
}

// OpenExport opens a folder and makes it where it is missing. Nothing outside of it is
// ever written, whatever links are in it.
func OpenExport(dir string, src Source) (*Export, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of pages: %w", err)
	}
	return &Export{src: src, folder: f}, nil
}

// Sweep removes what a crash left behind.
func (x *Export) Sweep() error { return errors.Join(x.folder.sweep("."), x.folder.sweep(goneFolder)) }

// Close makes what was written durable.
func (x *Export) Close() error { return x.folder.close() }

// Changed is how many files were written or removed so far.
func (x *Export) Changed() int64 { return x.folder.changed }

// Shared writes what is of no article: the feed, robots.txt, the answer to unknown
// addresses.
func (x *Export) Shared() error {
	feed, err := newSite(x.src).render(key{kind: asFeed}, entry{})
	if err != nil {
		return err
	}
	fixed := theFixed()
	return errors.Join(
		x.put("feed.xml", feed),
		x.folder.put("robots.txt", fixed.robots),
		x.folder.put(missingFile, fixed.notices[http.StatusNotFound]),
	)
}

// Page writes all files of a page, or replaces them where it was withdrawn. Of a page
// that does not exist it writes nothing.
func (x *Export) Page(slug string) error {
	if !ValidSlug(slug) {
		return fmt.Errorf("page %q: no slug: want lower-case letters, digits and single hyphens", slug)
	}
	p, ok, err := x.src.Page(slug)
	if err != nil || !ok {
		return err
	}
	// All files are of one reading.
	s := newSite(Source{Page: func(string) (Page, bool, error) { return p, true, nil }})
	if p.Withdrawn {
		err = x.withdrawn(s, p)
	} else {
		err = x.page(s, p)
	}
	if err != nil {
		return fmt.Errorf("page %q: %w", slug, err)
	}
	return nil
}

// page writes what the page names before the page itself.
func (x *Export) page(s *site, p Page) error {
	m, err := s.render(key{forwarding, p.Slug}, entry{})
	if err != nil {
		return err
	}
	name := p.Slug + ".html"
	same, err := x.folder.reads(name, m.body)
	if err != nil {
		return err
	}
	if err := x.images(s, p, same && !x.Redraw); err != nil {
		return err
	}
	record, err := s.render(key{asRecord, p.Slug}, entry{})
	if err != nil {
		return err
	}
	stay, err := s.render(key{staying, p.Slug}, entry{})
	if err != nil {
		return err
	}
	if err := errors.Join(x.put(p.Slug+".json", record), x.put(p.Slug+".stay.html", stay), x.put(name, m)); err != nil {
		return err
	}
	return x.folder.remove(goneFolder+"/"+p.Slug+".html", goneFolder+"/"+p.Slug+".json")
}

// images draws none where keep is set and one is there: to draw takes as long as a
// hundred pages.
func (x *Export) images(s *site, p Page, keep bool) error {
	for _, as := range []kind{asPNG, asJPEG} {
		name := p.Slug + map[kind]string{asPNG: ".png", asJPEG: ".jpg"}[as]
		own := p.Share != nil && p.Share.kind() == as
		if as == asPNG && !own && keep && x.folder.has(name) {
			continue
		}
		m, err := s.render(key{as, p.Slug}, entry{})
		if err != nil {
			return err
		}
		if m.body == nil {
			err = x.folder.remove(name)
		} else {
			err = x.put(name, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withdrawn puts the answers with 410 there before it takes the page away, which it does
// without them too: what was withdrawn is not to be read, and 404 says as much.
func (x *Export) withdrawn(s *site, p Page) error {
	var errs []error
	for as, ext := range map[kind]string{forwarding: ".html", asRecord: ".json"} {
		m, err := s.render(key{as, p.Slug}, entry{})
		if err == nil {
			err = x.put(goneFolder+"/"+p.Slug+ext, m)
		}
		errs = append(errs, err)
	}
	return errors.Join(append(errs, x.folder.remove(FilesOf(p.Slug)...))...)
}

// FilesOf names the files of a page that lives, within the folder; there may be fewer, and
// compressed ones beside them.
func FilesOf(slug string) []string {
	return []string{slug + ".html", slug + ".stay.html", slug + ".json", slug + ".png", slug + ".jpg"}
}

// put compresses only what reads differently.
func (x *Export) put(name string, m made) error {
	d := plainDocument(m.contentType, m.body)
	if m.compressed {
		return x.folder.put(name, d)
	}
	ok, err := x.folder.reads(name, m.body)
	if err != nil || ok && x.folder.has(name+suffixes[gzipped]) && x.folder.has(name+suffixes[brotlied]) {
		return err
	}
	if d, err = m.document(); err != nil {
		return err
	}
	return x.folder.put(name, d)
}
