package article

import (
	"html"
	"regexp"
	"strings"
	"sync"

	"crieur/internal/mojibake"
)

// ruleEntity names the repair that decodes an HTML entity.
const ruleEntity = "HTML entity"

// entity matches only what ends in a semicolon: "R&D" and "?a=1&copy=2" are no entities.
var entity = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
})

// decodeEntities decodes each HTML entity exactly once ("&amp;lt;" is "&lt;"). The
// number of lines stays the same.
func decodeEntities(s string) (string, []mojibake.Repair) {
	if !strings.Contains(s, "&") {
		return s, nil
	}
	var repairs []mojibake.Repair
	out := entity().ReplaceAllStringFunc(s, func(e string) string {
		d := html.UnescapeString(e)
		if d == e {
			return e
		}
		if d == "\n" || d == "\r" || d == "\t" {
			d = " "
		}
		repairs = addRepair(repairs, mojibake.Repair{Before: e, After: d, Rule: ruleEntity, Count: 1})
		return d
	})
	return out, repairs
}

// addRepair keeps repairs distinct and counts them.
func addRepair(all []mojibake.Repair, r mojibake.Repair) []mojibake.Repair {
	for i := range all {
		if all[i].Before == r.Before && all[i].After == r.After && all[i].Rule == r.Rule {
			// A repair without a count was made at least once.
			all[i].Count = max(1, all[i].Count) + max(1, r.Count)
			return all
		}
	}
	return append(all, r)
}
