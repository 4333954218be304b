// Package delivery holds the words of the queue: a delivery, its states and
// their legal transitions, attempts, receipts and effect classes. It does no I/O.
package delivery

import "time"

// Delivery is one article for one account: the queued unit.
type Delivery struct {
	ID        string // article ID + "." + account name
	ArticleID string
	Account   string
	Platform  string // "x" or "mastodon"
	State     State
	Timed     bool      // Due is a moment of its own (--at, a retry), not "as soon as the account posts"
	Due       time.Time // when scheduled: not before this moment
	Priority  int       // higher goes first, -128..127
	CreatedAt time.Time
	Expires   time.Time // zero: never
	Key       string    // idempotency key, the same for every attempt
	Text      string    // frozen by the first claim; empty before
	Media     *Media    // what is attached; frozen with the text; nil: nothing
	Spent     int       // attempts that count towards the maximum (see Class.Spends)
	Attempts  []Attempt // oldest first
	Receipt   *Receipt
	Reason    string // why held or dead, for a person

	NextLook time.Time // while unknown: when to look for the post on the platform
	Looks    []Look    // since the delivery became unknown, oldest first
	Landed   bool      // the platform said that the post exists already: it is never sent again

	Restore time.Time // the restore of the outbox after which it was last claimed; zero: none
}

// Media is a picture attached to a post. Its bytes are kept by whoever stores the delivery.
type Media struct {
	SHA256        string // of the bytes, in hexadecimal
	Type          string // image/jpeg or image/png
	Size          int    // bytes
	Width, Height int    // pixels
	Alt           string // what it shows, for those who do not see it; empty: not told
}

// Attempt is one try. It is on disk, with an empty class, before the request is sent.
type Attempt struct {
	N      int // 1 is the first
	At     time.Time
	Class  Class  // empty while sending
	Status int    // HTTP status, 0 when there was no answer
	Error  string // the cause in plain words, no secrets

	Asked   bool      // nothing was sent: the platform was only asked, after a restore
	Counted time.Time // from when the account's rules count it, after the clock was set back; zero: At
}

// CountedAt is the moment as of which the account's rules count the attempt.
func (a Attempt) CountedAt() time.Time {
	if a.Counted.IsZero() {
		return a.At
	}
	return a.Counted
}

// Look is one search for the post of an attempt without a clear answer.
type Look struct {
	At     time.Time
	Absent bool   // the account's posts were read whole, and it is not among them
	Error  string // why nothing could be said, in plain words
}

// Receipt is the platform's proof that the post exists.
type Receipt struct {
	PostID   string // opaque: X has 19 digits, GoToSocial ULIDs, snac 42 digits
	URL      string // page for people
	PostedAt time.Time
}

// Limits are what a platform or instance says of itself.
type Limits struct {
	MaxCharacters int  // in the platform's own counting
	URLLength     int  // what a URL counts
	CodePoints    bool // the server is not known to be Mastodon: stay under code points with URLs in full as well
	MediaBytes    int  // of one picture; 0: not told
	MediaPixels   int  // of one picture; 0: not told
	AltCharacters int  // of a picture's description; 0: not told
	ReadAt        time.Time
	UserID        string // as whom the account posts there; empty: never verified
	Username      string
	Login         string // opaque fingerprint of the credentials that said so
}

// Class says what an attempt did to the world.
type Class string

// The closed set of effect classes (design §3).
const (
	OK        Class = "ok"        // posted, with a receipt
	Refused   Class = "refused"   // certainly not posted; retry later
	Throttled Class = "throttled" // not posted; wait until, no attempt is spent
	Auth      Class = "auth"      // not posted; stop the account
	Quota     Class = "quota"     // not posted; stop the account
	Permanent Class = "permanent" // not posted; this post can never go
	Ambiguous Class = "ambiguous" // may or may not be posted; the default for the unknown
)

// Spends tells whether an attempt that ended so counts towards the maximum. What the
// platform refused for the account's sake says nothing against the post.
func (c Class) Spends() bool { return c != Throttled && c != Auth && c != Quota }

// PostedNothing tells whether an attempt that ended so certainly posted nothing. One that
// has not ended, with the empty class, may have.
func (c Class) PostedNothing() bool { return c != "" && c != OK && c != Ambiguous }

// Classes lists every effect class.
func Classes() []Class {
	return []Class{OK, Refused, Throttled, Auth, Quota, Permanent, Ambiguous}
}
