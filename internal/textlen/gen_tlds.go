//go:build ignore

// gen_tlds writes tlds.txt from twitter-text's conformance file tlds.yml:
// go run gen_tlds.go path/to/tlds.yml
package main

import (
	"log"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

const header = `# Top-level domains that twitter-text 3.1.0 recognises, as of 2020-03-25; facts of the
# IANA root zone of that day, taken from twitter-text's conformance/tlds.yml
# (Copyright 2018 Twitter, Inc. and contributors, Apache License 2.0). Made by gen_tlds.go.
`

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_tlds.go path/to/tlds.yml")
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var file struct {
		Tests map[string][]struct{ Text string }
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		log.Fatal(err)
	}
	var names []string
	for _, tests := range file.Tests {
		for _, t := range tests {
			names = append(names, t.Text[strings.LastIndexByte(t.Text, '.')+1:])
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if err := os.WriteFile("tlds.txt", []byte(header+strings.Join(names, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}
