package main

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crieur/config"
)

var (
	packed       = regexp.MustCompile(`(?m)^  - src: (\S+)\n(?:    expand: true\n)?    dst: (\S+)\n(?:    type: (\S+)\n)?`)
	relativeLink = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)
)

// packageFiles are the files of the package by their path, with what they are made of. What
// only a build makes is there by its name alone.
func packageFiles(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../../deploy/nfpm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, m := range packed.FindAllStringSubmatch(string(b), -1) {
		src, dst := filepath.Join("../..", strings.TrimPrefix(m[1], "${STAGE}/")), m[2]
		if m[3] != "tree" {
			files[dst] = src
			continue
		}
		err := filepath.WalkDir(src, func(p string, d os.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil // made by the build
			}
			if err == nil && !d.IsDir() {
				files[path.Join(dst, strings.TrimPrefix(p, src))] = p
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(string(b), "dst: "); len(files) < n-1 {
		t.Fatalf("%d files of %d entries: the test does not see them", len(files), n)
	}
	return files
}

// deadLinks are those of documents that lead to no file: files has where each lies here.
func deadLinks(t *testing.T, files map[string]string) (dead []string) {
	t.Helper()
	links := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".md" {
			continue
		}
		text, err := os.ReadFile(files[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range relativeLink.FindAllStringSubmatch(string(text), -1) {
			links++
			to := path.Join(path.Dir(name), m[1])
			leads := func(f string) bool { return f == to || strings.HasPrefix(f, to+"/") }
			if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), leads) {
				dead = append(dead, name+" -> "+m[1])
			}
		}
	}
	if links < 40 {
		t.Errorf("%d links found in the documents: the test does not see them", links)
	}
	return dead
}

func TestLinksOfThePackagesDocumentsLeadToItsFiles(t *testing.T) {
	for _, link := range deadLinks(t, packageFiles(t)) {
		t.Error(link)
	}
}

// TestThePackagesConfigurationIsAFormToFillIn: what it lacks is told, and its examples hold.
func TestThePackagesConfigurationIsAFormToFillIn(t *testing.T) {
	b, err := os.ReadFile("../../deploy/deb/crieur.toml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = config.Parse(config.SystemPath, b)
	if err == nil || !strings.Contains(err.Error(), "site.base_url is missing") || !strings.Contains(err.Error(), "there is no account") || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("as it is: %v", err)
	}
	filled := regexp.MustCompile(`(?m)^#([a-z\[])`).ReplaceAllString(string(b), "$1")
	cfg, err := config.Parse(config.SystemPath, []byte(strings.Replace(filled, `base_url = ""`, `base_url = "https://news.example.org"`, 1)))
	if err != nil || len(cfg.Accounts) != 2 {
		t.Errorf("filled in: %v, %d accounts", err, len(cfg.Accounts))
	}
	for _, named := range regexp.MustCompile(`/usr/share/doc\S*\.toml`).FindAllString(string(b), -1) {
		if packageFiles(t)[named] != filepath.Join("../..", "config/crieur.toml") {
			t.Errorf("%s is not the reference", named)
		}
	}
}
