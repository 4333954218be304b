package article

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// block is what stands between blank lines.
type block struct {
	lines []string
	code  bool // a fenced block of Markdown: nothing in it is ours to read
}

func (b block) text() string { return strings.Join(b.lines, "\n") }

// joinBlocks makes a body of blocks.
func joinBlocks(blocks []block) string {
	all := make([]string, 0, len(blocks))
	for _, b := range blocks {
		all = append(all, b.text())
	}
	return strings.Join(all, "\n\n")
}

// cutLines takes n lines at line i out of block b, and the block if nothing is left.
func cutLines(blocks []block, b, i, n int) []block {
	out := slices.Clone(blocks)
	out[b].lines = slices.Delete(slices.Clone(out[b].lines), i, i+n)
	if len(out[b].lines) == 0 {
		out = slices.Delete(out, b, b+1)
	}
	return out
}

// textBlocks splits plain text.
func textBlocks(s string) []block {
	var out []block
	var now []string
	end := func() {
		if now != nil {
			out = append(out, block{lines: now})
		}
		now = nil
	}
	for _, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			end()
			continue
		}
		now = append(now, line)
	}
	end()
	return out
}

var (
	fence = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^ {0,3}(`{3,}|~{3,})") })
	atx   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	})
	underline = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ {0,3}(?:=+|-{2,})[ \t]*$`) })
)

// markdownBlocks splits Markdown: a heading is a block of its own, a fenced block is
// one whatever blank lines it has.
func markdownBlocks(s string) []block {
	var out []block
	var now block
	end := func() {
		if now.lines != nil {
			out = append(out, now)
		}
		now = block{}
	}
	closing := ""
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimRight(line, " \t")
		mark := ""
		if m := fence().FindStringSubmatch(line); m != nil {
			mark = m[1]
		}
		switch {
		case closing != "":
			now.lines = append(now.lines, line)
			if strings.HasPrefix(mark, closing) && strings.Trim(line, " "+closing[:1]) == "" {
				closing = ""
				end()
			}
		case mark != "":
			end()
			now, closing = block{lines: []string{line}, code: true}, mark
		case strings.TrimSpace(line) == "":
			end()
		case atx().MatchString(line):
			end()
			now.lines = []string{line}
			end()
		default:
			now.lines = append(now.lines, line)
			if len(now.lines) > 1 && underline().MatchString(line) {
				end()
			}
		}
	}
	end()
	return out
}

// markdownLevel is the level of the heading that a block is; 0 when it is none.
func markdownLevel(b block) int {
	if b.code {
		return 0
	}
	if m := atx().FindStringSubmatch(b.lines[0]); m != nil {
		return len(m[1])
	}
	last := len(b.lines) - 1
	if last < 1 || !underline().MatchString(b.lines[last]) || !isProse(b) {
		return 0
	}
	if strings.Contains(b.lines[last], "=") {
		return 1
	}
	return 2
}
