package term

import "strings"

// WordDiff writes a change as one text: what went as [-…-], what came as {+…+}, the
// words that stayed as they are. It reads without colour.
func WordDiff(before, after string, p Paint) string {
	was, is := strings.Fields(before), strings.Fields(after)
	if len(was) == 0 || len(is) == 0 || before == after {
		return marked(before, after, p)
	}
	head := 0
	for head < min(len(was), len(is)) && was[head] == is[head] {
		head++
	}
	tail := 0
	for tail < min(len(was), len(is))-head && was[len(was)-1-tail] == is[len(is)-1-tail] {
		tail++
	}
	if head == len(was) && head == len(is) { // they differ in white space alone
		return marked(before, after, p)
	}
	parts := append([]string{}, was[:head]...)
	parts = append(parts, marked(strings.Join(was[head:len(was)-tail], " "), strings.Join(is[head:len(is)-tail], " "), p))
	return strings.Join(append(parts, was[len(was)-tail:]...), " ")
}

func marked(gone, come string, p Paint) string {
	out := ""
	if gone != "" {
		out = p.In(Gone, "[-"+gone+"-]")
	}
	if come != "" {
		out += p.In(Good, "{+"+come+"+}")
	}
	return out
}
