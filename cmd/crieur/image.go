package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/control"
	"crieur/internal/picture"
	"crieur/internal/probe"
)

// readImage has the image of an article that is to be attached: fetched or read here, in
// the operator's terminal, so that nothing can vanish before it is posted. Empty where no
// account wants one.
func readImage(ctx context.Context, path string, r *article.Result, wish []string, cfg config.Config) ([]byte, error) {
	image := r.Article.Image
	if image == "" || !attaches(cfg, wish, r.Article.Accounts) {
		return nil, nil
	}
	var data []byte
	var err error
	if r.Article.LocalImage() {
		data, err = readBeside(path, image)
	} else {
		data, err = probe.Fetch(ctx, image, picture.MaxBytes, probe.Options{Site: cfg.Site.BaseURL})
	}
	var p picture.Picture
	if err == nil {
		p, err = picture.Prepare(data, control.Picture())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: image %s: %w", path, image, err)
	}
	if p.Animated {
		r.Warnings = append(r.Warnings, fmt.Sprintf("image %s moves: its first picture is attached", image))
	}
	return p.Data, nil
}

// attaches tells whether any of the accounts that an article goes to attaches pictures.
func attaches(cfg config.Config, wishes ...[]string) bool {
	var accounts []string
	for _, w := range wishes {
		if accounts = w; len(w) > 0 {
			break
		}
	}
	return slices.ContainsFunc(cfg.Accounts, func(a config.Account) bool {
		return a.Media != config.MediaNone && (len(accounts) == 0 || slices.Contains(accounts, a.Name))
	})
}

// readBeside reads a file in the folder of an article ("-": the working one) or below.
// Neither a name nor a link leads out of it: articles come from others.
func readBeside(path, image string) (data []byte, err error) {
	dir := filepath.Dir(path)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	info, err := root.Stat(image)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	f, err := root.Open(image)
	if err != nil {
		return nil, err
	}
	data, err = io.ReadAll(io.LimitReader(f, picture.MaxBytes+1))
	return data, errors.Join(err, f.Close())
}

// pictureInWords tells what is attached to a post, in two lines. pad lines the words up.
func pictureInWords(m *control.Media, pad string) string {
	if m == nil {
		return ""
	}
	alt := "none"
	if m.Alt != "" {
		alt = strings.ReplaceAll(m.Alt, "\n", " ")
	}
	return fmt.Sprintf("  picture %s%s\n  alt     %s%s\n", pad, pictureKind(*m), pad, alt)
}

// pictureKind is "JPEG 600×900, 45 kB, the article's image".
func pictureKind(m control.Media) string {
	kind := strings.ToUpper(strings.TrimPrefix(m.Type, "image/"))
	origin := map[string]string{"article": ", the article's image", "share": ", the share image"}[m.Origin]
	return fmt.Sprintf("%s %d×%d, %s%s", kind, m.Width, m.Height, size(m.Bytes), origin)
}

// size is a number of bytes as people read it.
func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
