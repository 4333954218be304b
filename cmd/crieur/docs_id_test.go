package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"crieur/internal/control"
)

// withID puts a scheduled delivery's ID where a document's command says "ID".
func withID(t *testing.T, dir, script string) string {
	t.Helper()
	if !strings.Contains(script, " ID ") {
		return script
	}
	text := "Un article pour plus tard 📰 #Essai\n\nSource: https://example.org/plus-tard\n\nLe corps.\n"
	if err := os.WriteFile(filepath.Join(dir, "plus-tard.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("crieur", "enqueue", "--json", "--again", "--at", "2030-12-01T08:30", "plus-tard.txt")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	var e control.Enqueued
	if err := json.Unmarshal(out, &e); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(script, " ID ", " "+e.Deliveries[0].ID+" ")
}
