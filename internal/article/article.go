// Package article reads what operators hand in: plain text, Markdown or JSON,
// damaged or not, and takes it apart.
package article

import "crieur/internal/mojibake"

// Article is one finished article, repaired and taken apart. It is stored as it is.
type Article struct {
	Title          string    `json:"title"`
	Slug           string    `json:"slug"`           // proposed; the outbox makes it unique
	Teaser         string    `json:"teaser"`         // text with its emoji, without the trailing hashtags
	Tags           []string  `json:"tags"`           // without "#", in the writer's order
	Source         string    `json:"source"`         // http(s) URL
	Link           string    `json:"link,omitempty"` // the article's own address elsewhere
	Language       string    `json:"language"`       // BCP 47, e.g. "fr"
	Format         string    `json:"format"`         // of Body: "text" or "markdown"
	Body           string    `json:"body"`           // everything below the teaser and the source line, furniture dropped
	Sections       []Section `json:"sections"`
	Image          string    `json:"image,omitempty"`
	ImageAlt       string    `json:"image_alt,omitempty"`
	ContentWarning string    `json:"content_warning,omitempty"`
	At             string    `json:"at,omitempty"`      // RFC 3339, or a wall time "2006-01-02T15:04" in the account's zone
	Expires        string    `json:"expires,omitempty"` // a duration ("48h") or RFC 3339
	Accounts       []string  `json:"accounts,omitempty"`
}

// Section is a heading with the paragraphs below it; the first may have no heading.
type Section struct {
	Heading    string   `json:"heading"`
	Paragraphs []string `json:"paragraphs"`
}

// Result is an article as read, with what was done to it.
type Result struct {
	Article   Article
	Repairs   []mojibake.Repair
	Proposals []mojibake.Proposal
	Warnings  []string // anything else a person should look at
}

// Options tell how to read.
type Options struct {
	Language        string // for articles that do not name theirs and whose text leaves it open; may be empty
	AcceptProposals bool   // take probable repairs too
}
