package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crieur/config"
)

var (
	inlineCode = regexp.MustCompile("`(crieur [^`]+)`")
	quotedCode = regexp.MustCompile(`"(crieur [a-z][^"]*)"`)
	unitCode   = regexp.MustCompile(`(?m)^Exec[A-Za-z]+=/usr/bin/(crieur .+)$`)
	lineCode   = regexp.MustCompile(`(?m)^ *(crieur .+)$`)
	shellEnd   = regexp.MustCompile(`\\?\||>|&&|;|#| {3}`)
)

// TestEveryCommandInTheDocsExists holds what is named in passing, which no test runs:
// the verbs and flags are there, and arguments are as many as they may be.
func TestEveryCommandInTheDocsExists(t *testing.T) {
	docs := []string{"../../README.md", "../../CHANGELOG.md", "../../deploy/README.md", "../../deploy/crieur.service"}
	for _, pattern := range []string{"../../docs/*.md", "../../docs/decisions/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, more...)
	}
	found := 0
	for _, doc := range docs {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		found += commandsExist(t, doc, inlineCode, string(text)) + commandsExist(t, doc, quotedCode, string(text))
		found += commandsExist(t, doc, unitCode, string(text))
		for i, fenced := range strings.Split(string(text), "\n```") {
			if i%2 == 1 {
				found += commandsExist(t, doc, lineCode, fenced)
			}
		}
	}
	found += commandsExist(t, "config/crieur.toml", quotedCode, config.Reference)
	for _, cmd := range withSubcommands(new(app).root()) {
		found += commandsExist(t, cmd.CommandPath()+" --help", quotedCode, cmd.Long)
	}
	if found < 30 {
		t.Errorf("%d commands found in the docs: the test does not see them", found)
	}
}

func commandsExist(t *testing.T, where string, pattern *regexp.Regexp, text string) (found int) {
	t.Helper()
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		line := shellEnd.Split(m[1], 2)[0]
		if err := commandExists(strings.Fields(line)[1:]); err != nil {
			t.Errorf("%s: %q: %v", where, m[1], err)
		}
		found++
	}
	return found
}

// commandExists parses a command line as crieur would, and runs nothing.
func commandExists(args []string) error {
	cmd, rest, err := new(app).root().Find(args)
	if err != nil {
		return err
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	given := cmd.Flags().Args()
	if cmd.HasSubCommands() {
		return noCommand(cmd, given)
	}
	names := argumentNames(cmd)
	if many := slices.ContainsFunc(names, func(s string) bool { return strings.Contains(s, "...") }); len(given) > len(names) && !many {
		return fmt.Errorf("%v are more arguments than %v", given, names)
	}
	return nil
}
