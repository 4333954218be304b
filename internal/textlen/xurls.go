package textlen

import (
	"cmp"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// XURLs returns the parts that X turns into links, bare domains included, in order and
// apart from each other. It has the links by X's own list of top-level domains and
// those by today's: it is for warnings and for never cutting inside a link.
func XURLs(text string) []Span {
	normal, origin := normalise(text)
	older, newer := bothReadings(normal)
	spans := make([]Span, 0, len(newer))
	for _, l := range append(slices.Clip(older), newer...) {
		spans = append(spans, origin.widen(l.Span))
	}
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return union(spans)
}

// union merges spans that overlap; they are in order.
func union(spans []Span) []Span {
	var merged []Span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.Start < merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// boundary is a position that a text and its normal form share.
type boundary struct{ normal, original int }

// origins leads from a normal form back to its text; nil where both are the same.
type origins []boundary

func normalise(text string) (string, origins) {
	if norm.NFC.IsNormalString(text) {
		return text, nil
	}
	var it norm.Iter
	it.InitString(norm.NFC, text)
	var normal []byte
	back := origins{{0, 0}}
	for !it.Done() {
		normal = append(normal, it.Next()...)
		back = append(back, boundary{len(normal), it.Pos()})
	}
	return string(normal), back
}

// widen returns the least part of the text that normalises to a text with s in it.
func (o origins) widen(s Span) Span {
	if o == nil {
		return s
	}
	byNormal := func(b boundary, at int) int { return cmp.Compare(b.normal, at) }
	i, exact := slices.BinarySearchFunc(o, s.Start, byNormal)
	if !exact {
		i--
	}
	j, _ := slices.BinarySearchFunc(o, s.End, byNormal)
	return Span{o[i].original, o[j].original}
}
