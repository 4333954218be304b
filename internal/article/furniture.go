package article

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// redirecting matches the first line of what an older site printed below each article.
var redirecting = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[\s#*_]*redirection en cours\s*(?:\.{1,3}|…)?[\s*_]*$`)
})

// redirectWords are in every other line of it; damage leaves their ASCII letters.
var redirectWords = [...]string{"redirig", "redirect", "cliquez ici", "click here"}

// dropFurniture drops the closing "Redirection en cours…" block. It is furniture only
// when nothing else follows: the same words within an article are the writer's.
func dropFurniture(blocks []block) []block {
	var first, line = -1, 0
	for b := len(blocks) - 1; b >= 0 && first < 0; b-- {
		for i := len(blocks[b].lines) - 1; i >= 0; i-- {
			l := blocks[b].lines[i]
			if redirecting().MatchString(l) {
				first, line = b, i
				break
			}
			if !aboutRedirection(l) {
				return blocks
			}
		}
	}
	if first < 0 {
		return blocks
	}
	return cutLines(blocks[:first+1], first, line, len(blocks[first].lines)-line)
}

func aboutRedirection(line string) bool {
	const most = 200 // characters: a paragraph is the writer's
	if utf8.RuneCountInString(line) > most {
		return false
	}
	line = strings.ToLower(line)
	for _, w := range redirectWords {
		if strings.Contains(line, w) {
			return true
		}
	}
	return strings.Trim(line, "👉👈 \t/.…") == ""
}
