package preflight

import (
	"fmt"
	"slices"
	"strings"
)

// Broken is a card that would not appear as it should, or not at all.
type Broken struct {
	PageURL  string
	Findings []string // each names the thing, its value, the way out, and the bots it concerns
}

func (b *Broken) Error() string {
	return fmt.Sprintf("the preview card of %s would be broken: %s", b.PageURL, strings.Join(b.Findings, "; "))
}

// finding is one reason why the card breaks.
type finding struct{ thing, value, way string }

// notLookedAt is the value of what there was no time for.
const notLookedAt = "not looked at"

// maxValue bounds what of a server's answer gets into a finding, in bytes.
const maxValue = 200

func (f finding) String() string {
	v := strings.ToValidUTF8(f.value, "\uFFFD")
	if len(v) > maxValue {
		v = strings.ToValidUTF8(v[:maxValue], "") + "…"
	}
	v = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, v)
	return fmt.Sprintf("%s is %s: %s", f.thing, v, f.way)
}

// report gathers findings in the order they are met, one for all bots that meet it.
type report struct {
	order []finding
	met   map[finding][]string
}

func (r *report) add(bot string, f finding) {
	if r.met == nil {
		r.met = map[finding][]string{}
	}
	bots, seen := r.met[f]
	if !seen {
		r.order = append(r.order, f)
	}
	for _, b := range bots {
		if b == bot {
			return
		}
	}
	r.met[f] = append(bots, bot)
}

// only tells whether each finding has this value, and that there is one.
func (r *report) only(value string) bool {
	return len(r.order) > 0 && !slices.ContainsFunc(r.order, func(f finding) bool { return f.value != value })
}

func (r *report) lines() []string {
	var lines []string
	for _, f := range r.order {
		lines = append(lines, fmt.Sprintf("%s (%s)", f, strings.Join(r.met[f], ", ")))
	}
	return lines
}
