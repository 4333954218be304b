package article

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

var (
	// The characters before "@" that keep X (twitter-text) and Mastodon from seeing a mention.
	mention = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[^A-Za-z0-9_/=!#$%&*@＠.+-])([@＠][A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*(?:@[\pL0-9_-]+(?:\.[\pL0-9_-]+)+)?)`)
	})
	cashtag = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[\s\x{00a0}])(\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?:$|[^A-Za-z0-9_$])`)
	})
)

// live warns of what a platform makes more of than text: people in the teaser are
// notified, a cashtag becomes a search.
func (r *reader) live(teaser string) {
	text := address().ReplaceAllString(teaser, " ")
	for _, c := range [...]struct {
		pattern   *regexp.Regexp
		one, many string
	}{
		{mention(), "the teaser mentions %s: it will be notified", "the teaser mentions %s: they will be notified"},
		{cashtag(), "the teaser has the cashtag %s: X makes it a link to a search", "the teaser has the cashtags %s: X makes them links to searches"},
	} {
		var found []string
		for _, m := range c.pattern.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(found, m[1]) {
				found = append(found, m[1])
			}
		}
		switch len(found) {
		case 0:
		case 1:
			r.warn(r.lineWith(r.fields["teaser"].line, found[0]), c.one, found[0])
		default:
			r.warn(r.lineWith(r.fields["teaser"].line, found[0]), c.many, strings.Join(found, ", "))
		}
	}
}
