package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// One file per mistake, and next to it what the operator is told.
func TestEachMistakeIsToldWithThingValueAndWayOut(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("only %d mistakes in testdata/mistakes, want 30 or more", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := Parse("crieur.toml", data)
			if err == nil {
				t.Fatal("the mistake was accepted")
			}
			if diff := cmp.Diff(Config{}, cfg); diff != "" {
				t.Errorf("a configuration came with the error:\n%s", diff)
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".toml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
				if !strings.HasPrefix(line, "crieur.toml:") || strings.Contains(line, "config.") || strings.Contains(line, "hunter2") {
					t.Errorf("line without file name, with a Go type or with a password: %s", line)
				}
			}
		})
	}
}

func TestEveryMistakeFileHasItsGoldenAndTheOtherWayRound(t *testing.T) {
	for pattern, other := range map[string]string{"*.toml": ".golden", "*.golden": ".toml"} {
		files, err := filepath.Glob("testdata/mistakes/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if _, err := os.Stat(strings.TrimSuffix(file, filepath.Ext(file)) + other); err != nil {
				t.Errorf("%s stands alone: %v", file, err)
			}
		}
	}
}
