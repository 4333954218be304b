package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestAVersionWithoutItsChangesIsNotReleased, and the script stops before it builds anything.
func TestAVersionWithoutItsChangesIsNotReleased(t *testing.T) {
	cmd := exec.Command("sh", "../../deploy/release")
	cmd.Env = append(os.Environ(), "VERSION=v9.9.9", "GO=false", "DIST="+t.TempDir()+"/dist")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "no section [9.9.9]") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTheChangelogNamesItsVersions(t *testing.T) {
	b, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	heads := regexp.MustCompile(`(?m)^## .*$`).FindAllString(string(b), -1)
	if len(heads) < 2 || heads[0] != "## [Unreleased]" {
		t.Fatalf("%q", heads)
	}
	for _, h := range heads[1:] {
		if !regexp.MustCompile(`^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$`).MatchString(h) {
			t.Errorf("%q: want ## [1.2.3] - 2026-11-27", h)
		}
	}
}
