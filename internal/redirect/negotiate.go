package redirect

import (
	"strconv"
	"strings"
)

// coding is a content coding that pages are held in.
type coding int

const (
	identity coding = iota
	gzipped
	brotlied
	codings // how many there are
)

func (c coding) String() string { return [codings]string{"identity", "gzip", "br"}[c] }

// weights are what a request gives to our codings by its Accept-Encoding (RFC 9110,
// 12.5.3), in thousandths; 0 is not acceptable.
func weights(header []string) (q [codings]int) {
	if len(header) == 0 {
		// Anything may be sent to who does not say; who says nothing decodes nothing.
		q[identity] = 1000
		return q
	}
	const unsaid = -1
	said, rest := [codings]int{unsaid, unsaid, unsaid}, unsaid
	for _, line := range header {
		for member := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(member, ";")
			weight, ok := qvalue(params)
			if !ok {
				continue // a member that cannot be read says nothing
			}
			switch strings.ToLower(strings.Trim(name, " \t")) {
			case "br":
				said[brotlied] = weight
			case "gzip", "x-gzip":
				said[gzipped] = weight
			case "identity":
				said[identity] = weight
			case "*":
				rest = weight
			}
		}
	}
	for c := range codings {
		switch {
		case said[c] != unsaid:
			q[c] = said[c]
		case rest != unsaid:
			q[c] = rest
		case c == identity:
			q[c] = 1 // acceptable unless refused, but whatever was asked for comes first
		}
	}
	return q
}

// qvalue reads "q=0.5" in thousandths; nothing is 1. ok is false for anything else.
func qvalue(params string) (thousandths int, ok bool) {
	params = strings.Trim(params, " \t")
	if params == "" {
		return 1000, true
	}
	name, value, _ := strings.Cut(params, "=")
	if name = strings.TrimRight(name, " \t"); name != "q" && name != "Q" {
		return 0, false
	}
	whole, decimals, _ := strings.Cut(value, ".")
	if (whole != "0" && whole != "1") || len(decimals) > 3 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+decimals+"000"[len(decimals):], 10, 16)
	if err != nil || n > 1000 {
		return 0, false
	}
	return int(n), true
}
