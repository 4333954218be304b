package teaser

import (
	"fmt"
	"strings"
)

// fits tells whether a composed text is within the limit.
func (f *fitter) fits(text string) bool { return f.Measure(text) <= f.Limit }

// drop lists hashtags as dropped, the last first.
func (f *fitter) drop(tags []string, why string) {
	for i := len(tags) - 1; i >= 0; i-- {
		f.lose(tags[i], why)
	}
}

func (f *fitter) lose(what, why string) {
	f.dropped, f.why = append(f.dropped, what), append(f.why, why)
}

// noRoom is why most things go.
func (f *fitter) noRoom() string { return fmt.Sprintf("no room within %d", f.Limit) }

// fitTags composes the whole text with as many hashtags as fit; ok is false when it
// does not fit with none.
func (f *fitter) fitTags(tags []string) (text string, ok bool) {
	given := f.values[f.gives]
	bare := f.compose(given, nil)
	if !f.fits(bare) {
		return "", false
	}
	tags = absentTags(tags, bare)
	text, n := f.mostTags(given, tags)
	f.drop(tags[n:], f.noRoom())
	return text, true
}

// mostTags composes with the longest beginning of tags that fits a post which fits
// without them.
func (f *fitter) mostTags(given string, tags []string) (text string, n int) {
	if text = f.compose(given, tags); f.fits(text) {
		return text, len(tags)
	}
	n = max(0, lastThat(len(tags), func(n int) bool { return f.fits(f.compose(given, tags[:n])) }))
	return f.compose(given, tags[:n]), n
}

// shorten composes the longest decent beginning of the text, then gives the room
// that is left to hashtags.
func (f *fitter) shorten(tags []string) (string, error) {
	given := f.values[f.gives]
	if f.gives == partNone || !f.fits(f.compose("", nil)) {
		return "", f.refuseFrame()
	}
	an := dissect(given, f.language)
	best, ok := f.bestCut(an)
	if !ok {
		return "", f.refuseText(an)
	}
	gone := absentTags(tags, f.compose(given, nil))
	left := absentTags(tags, f.compose(best.text, nil))
	text, n := f.mostTags(best.text, left)
	f.drop(without(gone, left[:n]), f.noRoom())
	cutOff := strings.TrimLeftFunc(given[best.kept:], func(r rune) bool { return isSpace(r) || strings.ContainsRune(clauses, r) })
	f.lose(partNames[f.gives]+": … "+strings.TrimPrefix(cutOff, "- "), f.noRoom())
	return text, nil
}

// bestCut takes the longest cut of each kind that fits and prefers the better kind
// unless it keeps less than half of what the longest keeps.
func (f *fitter) bestCut(an *anatomy) (ended, bool) {
	longest := f.longestCut(an, wordBreak)
	for _, kind := range []breakKind{sentenceBreak, clauseBreak} {
		e := f.longestCut(an, kind)
		if 2*e.kept >= longest.kept && !little(e.text) {
			return e, true
		}
	}
	if little(longest.text) {
		longest = f.longestCut(an, clusterBreak)
	}
	return longest, !little(longest.text)
}

// longestCut is the longest finished text of at least a kind that fits; empty if none.
func (f *fitter) longestCut(an *anatomy, atLeast breakKind) ended {
	var cuts []cut
	for _, c := range an.cuts {
		if c.kind >= atLeast {
			cuts = append(cuts, c)
		}
	}
	i := lastThat(len(cuts), func(i int) bool { return f.fits(f.compose(an.finish(cuts[i]).text, nil)) })
	if i < 0 {
		return ended{}
	}
	return an.finish(cuts[i])
}

// lastThat returns the last i in [0,n) for which ok holds, taking it to hold up to
// some point and not after; where that is not quite so, an i for which it holds. -1
// if there is none.
func lastThat(n int, ok func(int) bool) int {
	lo, hi := -1, n
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; ok(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func without(all, some []string) []string {
	have := map[string]bool{}
	for _, s := range some {
		have[s] = true
	}
	var rest []string
	for _, s := range all {
		if !have[s] {
			rest = append(rest, s)
		}
	}
	return rest
}
