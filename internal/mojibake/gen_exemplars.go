//go:build ignore

// Gen_exemplars writes exemplars.txt from the npm package cldr-misc-full
// (https://www.npmjs.com/package/cldr-misc-full, licence Unicode-3.0):
//
//	go run gen_exemplars.go cldr-misc-full-48.2.0.tgz
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// languages are those whose text the repair must know: the Latin-script ones
// of Europe, the larger ones elsewhere, and one or more for each big script.
const languages = `af ar az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fil fo fr fur fy ga gd gl
gsw gv he hi hr hsb dsb hu hy id is it ja ka kk kl ko ksh ku kw lb lij lmo lt lv mk mn ms mt nb nds nl nn no oc
pl pms pt rm ro ru sc scn se sk sl smn sq sr sr-Latn sv sw szl ta te th tr tt uk ur uz vec vi vo wa yi zh`

// tooMany is the size from which a set is told by the scripts in it.
const tooMany = 800

type characters struct {
	Main        string `json:"exemplarCharacters"`
	Auxiliary   string `json:"auxiliary"`
	Punctuation string `json:"punctuation"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run gen_exemplars.go cldr-misc-full-VERSION.tgz")
	}
	sets, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Exemplar characters from Unicode CLDR (%s), see exemplars.LICENSE.\n", path.Base(os.Args[1]))
	out.WriteString("# language, main, auxiliary, punctuation; tab between; no ASCII; a-b is a range, {Name} a script.\n")
	names := strings.Fields(languages)
	slices.Sort(names)
	for _, name := range names {
		c, ok := sets[name]
		if !ok {
			log.Fatalf("%s has no characters.json for %q", os.Args[1], name)
		}
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", name, compact(c.Main), compact(c.Auxiliary), compact(c.Punctuation))
	}
	if err := os.WriteFile("exemplars.txt", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

func read(file string) (map[string]characters, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	sets := map[string]characters{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return sets, nil
		}
		if err != nil {
			return nil, err
		}
		dir, base := path.Split(h.Name)
		if base != "characters.json" {
			continue
		}
		name := path.Base(dir)
		var doc struct {
			Main map[string]struct {
				Characters characters `json:"characters"`
			} `json:"main"`
		}
		if err := json.NewDecoder(r).Decode(&doc); err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
		sets[name] = doc.Main[name].Characters
	}
}

// compact turns a UnicodeSet such as "[a-c é \u0301 {ch}]" into sorted ranges.
func compact(set string) string {
	runes := expand(set)
	slices.Sort(runes)
	runes = slices.Compact(runes)
	var out strings.Builder
	if len(runes) > tooMany {
		return scripts(runes)
	}
	for i := 0; i < len(runes); {
		j := i
		for j+1 < len(runes) && runes[j+1] == runes[j]+1 {
			j++
		}
		out.WriteRune(runes[i])
		switch {
		case j-i >= 2:
			out.WriteByte('-')
			fallthrough
		case j-i == 1:
			out.WriteRune(runes[j])
		}
		i = j + 1
	}
	return out.String()
}

func scripts(runes []rune) string {
	var names []string
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && name != "Latin" && slices.ContainsFunc(runes, func(r rune) bool { return unicode.Is(table, r) }) {
			names = append(names, "{"+name+"}")
		}
	}
	slices.Sort(names)
	return strings.Join(names, "")
}

func expand(set string) []rune {
	var runes []rune
	var last rune
	ranged := false
	set = strings.TrimSuffix(strings.TrimPrefix(set, "["), "]")
	for len(set) > 0 {
		r, n := utf8.DecodeRuneInString(set)
		set = set[n:]
		switch r {
		case ' ', '{', '}':
			continue
		case '-':
			ranged = true
			continue
		case '\\':
			if strings.HasPrefix(set, "u") {
				v, err := strconv.ParseUint(set[1:5], 16, 32)
				if err != nil {
					log.Fatalf("bad escape before %q: %v", set, err)
				}
				r, set = rune(v), set[5:]
			} else {
				r, n = utf8.DecodeRuneInString(set)
				set = set[n:]
			}
		}
		from := r
		if ranged {
			from, ranged = last+1, false
		}
		for c := from; c <= r; c++ {
			if c >= utf8.RuneSelf {
				runes = append(runes, c)
			}
		}
		last = r
	}
	return runes
}
