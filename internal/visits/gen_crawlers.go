//go:build ignore

// gen_crawlers writes crawlers.txt from the list of crawlers' names that Martin Monperrus
// and many others maintain: download crawler-user-agents.json from
// https://github.com/monperrus/crawler-user-agents, then
// go run gen_crawlers.go path/to/crawler-user-agents.json COMMIT
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"regexp/syntax"
	"slices"
	"strings"
)

const header = `# Names of crawlers ("c ") and of machines that fetch previews ("p ") as they stand in
# a User-Agent; "^" is its beginning, "$" its end. From crawler-user-agents.json of
# https://github.com/monperrus/crawler-user-agents, commit %s,
# Copyright (c) 2017 Martin Monperrus, MIT License. Made by gen_crawlers.go.
`

// read are names that browsers bear too, through which people read: the machines of
// these houses name themselves otherwise as well.
var read = []string{"MetaIAB Facebook", "Sogou", "Viber", "WhatsApp", "Tumblr/", "Notion/", "Bluesky/", "Valve/Steam", "Instapaper/", "Flipboard", "Feedly", "NewsBlur", "Blackboard", "Butterfly", "Hatena", "WordPress/", "Goodreads"}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run gen_crawlers.go path/to/crawler-user-agents.json COMMIT")
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var list []struct {
		Pattern string
		Tags    []string
	}
	if err := json.Unmarshal(data, &list); err != nil {
		log.Fatal(err)
	}
	var lines []string
	for _, e := range list {
		kind := "c "
		if slices.Contains(e.Tags, "social-preview") && !slices.Contains(e.Tags, "ai-crawler") {
			kind = "p "
		}
		re, err := syntax.Parse(strings.ReplaceAll(e.Pattern, `\/`, "/"), syntax.Perl)
		if err != nil {
			log.Fatalf("%q: %v", e.Pattern, err)
		}
		for _, name := range names(re) {
			if len(strings.Trim(name, "^$ ")) < 3 {
				log.Fatalf("%q: %q is too short a name", e.Pattern, name)
			}
			if !slices.Contains(read, name) {
				lines = append(lines, kind+name)
			}
		}
	}
	slices.Sort(lines)
	text := fmt.Sprintf(header, os.Args[2]) + strings.Join(slices.Compact(lines), "\n") + "\n"
	if err := os.WriteFile("crawlers.txt", []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

// names spells a pattern out. Of one with gaps, which hold any text, it is the longest
// part: that is no less a crawler's.
func names(re *syntax.Regexp) []string {
	parts := []string{""}
	var gone []string // parts before a gap
	subs := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		subs = re.Sub
	}
	for _, sub := range subs {
		all, ok := spell(sub)
		if !ok {
			gone, parts = append(gone, parts...), []string{""}
			continue
		}
		var longer []string
		for _, p := range parts {
			for _, a := range all {
				longer = append(longer, p+a)
			}
		}
		parts = longer
	}
	if len(gone) == 0 {
		return parts
	}
	return []string{slices.MaxFunc(append(gone, parts...), func(a, b string) int { return len(a) - len(b) })}
}

func spell(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}, true
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []string{"^"}, true
	case syntax.OpEndText, syntax.OpEndLine:
		return []string{"$"}, true
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpCharClass:
		if len(re.Rune) > 6 || re.Rune[1]-re.Rune[0] > 2 {
			return nil, false
		}
		var out []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				out = append(out, string(r))
			}
		}
		return out, true
	case syntax.OpConcat, syntax.OpAlternate:
		out := []string{}
		if re.Op == syntax.OpConcat {
			out = []string{""}
		}
		for _, sub := range re.Sub {
			all, ok := spell(sub)
			if !ok {
				return nil, false
			}
			if re.Op == syntax.OpAlternate {
				out = append(out, all...)
				continue
			}
			var longer []string
			for _, o := range out {
				for _, a := range all {
					longer = append(longer, o+a)
				}
			}
			out = longer
		}
		return out, true
	}
	return nil, false
}
