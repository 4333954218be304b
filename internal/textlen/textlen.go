// Package textlen counts text exactly as the platforms do. Pure functions; where
// a rule is unsure, the larger value, so that a post is never refused for its length.
//
// X is counted by twitter-text 3.1.0, configuration v3 (the JavaScript edition,
// with the emoji of 2018); Mastodon by the status length validator of 4.6.
package textlen

// Span is a part of a text, in bytes: text[Start:End].
type Span struct{ Start, End int }

// Instance is what a Mastodon-compatible server says of its counting.
type Instance struct {
	URLLength  int  // what a URL counts; 0 means 23
	CodePoints bool // not known to be Mastodon: the larger of Mastodon's count and code points with URLs in full
}

// urlLength is what both platforms count for a link, in characters, however long it is.
const urlLength = 23

// maxURLLength is the length from which both platforms no longer see a link.
const maxURLLength = 4096
