package textlen

import (
	"slices"
	"unicode/utf8"
)

// maxLabel is the longest label of a host in DNS, in bytes.
const maxLabel = 63

// punycodeLen returns how long host is in punycode, and whether its labels fit DNS.
func punycodeLen(host []rune) (n int, ok bool) {
	for more := true; more; {
		dot := slices.Index(host, '.')
		label := host
		if more = dot >= 0; more {
			label, host = host[:dot], host[dot+1:]
			n += len(".")
		}
		length := labelLen(label)
		if length < 1 || length > maxLabel {
			return 0, false
		}
		n += length
	}
	return n, true
}

// labelLen returns how long a label is in punycode, if it fits DNS. The ideographic
// full stops split it for the encoder, but the parts still count as one label.
func labelLen(label []rune) int {
	if len(label) > maxLabel {
		return len(label) // cannot fit any more, and encoding takes quadratic time
	}
	n, start := 0, 0
	for i, r := range label {
		if oneOf(r, "。．｡") {
			n += encodedLen(label[start:i]) + 1
			start = i + 1
		}
	}
	return n + encodedLen(label[start:])
}

// encodedLen returns the length of label after "xn--" and the encoder of RFC 3492,
// section 6.3, or as it is when all of it is ASCII. Unlike the idna package it takes
// any characters, as the encoder of the reference library does.
func encodedLen(label []rune) int {
	const base, tMin, tMax, initialBias, initialN = 36, 1, 26, 72, 0x80
	basic := 0
	for _, r := range label {
		if r < initialN {
			basic++
		}
	}
	if basic == len(label) {
		return basic
	}
	n := len("xn--") + basic + min(basic, len("-"))
	delta, bias, code := 0, initialBias, rune(initialN)
	for handled := basic; handled < len(label); {
		next := rune(utf8.MaxRune)
		for _, r := range label {
			if r >= code {
				next = min(next, r)
			}
		}
		delta += int(next-code) * (handled + 1)
		code = next
		for _, r := range label {
			if r < code {
				delta++
			}
			if r != code {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tMin), tMax)
				n++
				if q < t {
					break
				}
				q = (q - t) / (base - t)
			}
			bias = adaptedBias(delta, handled+1, handled == basic)
			delta = 0
			handled++
		}
		delta++
		code++
	}
	return n
}

// adaptedBias is section 6.1 of RFC 3492.
func adaptedBias(delta, points int, first bool) int {
	const base, tMin, tMax, skew, damp = 36, 1, 26, 38, 700
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for delta > (base-tMin)*tMax/2 {
		delta /= base - tMin
		k += base
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}
