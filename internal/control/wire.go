// Package control is everything that an operator asks of crieur: one service, used
// directly when no daemon runs and over its Unix socket when one does.
package control

import (
	"context"
	"time"

	"crieur/internal/article"
	"crieur/internal/dispatch"
	"crieur/internal/mojibake"
)

// API is what operators ask. Service answers here, Client asks a daemon.
type API interface {
	// Preview composes an article for its accounts; nothing is stored.
	Preview(ctx context.Context, r Request) (Preview, error)
	// Enqueue stores all of the requests or none.
	Enqueue(ctx context.Context, rs []Request) ([]Enqueued, error)
	// Show tells an article's story; id is an article's or a delivery's ID, a slug or a
	// page's address, or a unique beginning.
	Show(ctx context.Context, id string) (Story, error)
	// List calls yield for each selected delivery, newest first.
	List(ctx context.Context, f ListFilter, yield func(ListedDelivery) error) error
	// Status reads the state of the whole.
	Status(ctx context.Context) (dispatch.Status, error)
	// Resolve ends a held delivery by what the operator saw on the platform.
	Resolve(ctx context.Context, r Resolution) (StoryDelivery, error)
	// Withdraw takes an article back: its page is gone, nothing more is posted. id as for Show.
	Withdraw(ctx context.Context, id string) (Withdrawn, error)
	// Update corrects an article's page; its posts stay.
	Update(ctx context.Context, c Correction) (Corrected, error)
	// Cancel ends a scheduled delivery.
	Cancel(ctx context.Context, id string) (StoryDelivery, error)
	// Plan tells what will be posted where and when.
	Plan(ctx context.Context, w PlanWish) ([]dispatch.PlanEntry, error)
	// Reschedule gives a scheduled delivery another moment or priority.
	Reschedule(ctx context.Context, c Change) (StoryDelivery, error)
	// Retry makes a scheduled delivery due now, also one that waits after a failure.
	Retry(ctx context.Context, id string) (StoryDelivery, error)
	// Pause ends posting for an account ("": all) until Resume.
	Pause(ctx context.Context, account string) error
	// Resume starts a stopped, waiting or paused account ("": all) again.
	Resume(ctx context.Context, account string) error
	// Backup writes a snapshot of the outbox to a new file and returns its size in bytes.
	// progress, if any, is told bytes done and in all now and then. A backup whose ctx
	// ends, or whose asker goes away, leaves no file.
	Backup(ctx context.Context, path string, progress func(done, total int64)) (int64, error)
	// Export writes all published pages as files into a folder and returns how many files
	// were written or removed; what reads the same is not touched. progress, if any, is
	// told pages done and in all. What was written before ctx ends stays: run again, it
	// goes on.
	Export(ctx context.Context, dir string, progress func(done, total int64)) (int64, error)
	// Prune removes the pages in a folder that Export wrote and that are of no article in
	// the outbox, as after the restore of an older backup, and returns how many.
	Prune(ctx context.Context, dir string, progress func(done, total int64)) (int64, error)
	// Check verifies the outbox's invariants.
	Check(ctx context.Context) (Finding, error)
}

// Request is an article as read, with the operator's wishes.
type Request struct {
	Name     string         `json:"name,omitempty"` // where the article came from, for errors
	Article  article.Result `json:"article"`
	Image    []byte         `json:"image,omitempty"`    // the article's, fit for Picture; empty: none was wished or needed
	Accounts []string       `json:"accounts,omitempty"` // empty: the article's own wish, else all
	At       string         `json:"at,omitempty"`       // RFC 3339, or a wall time in the site's zone
	Now      bool           `json:"now,omitempty"`      // overrides the article's own wish for a moment
	Priority int            `json:"priority,omitempty"`
	Expires  string         `json:"expires,omitempty"` // a duration from now, or RFC 3339
	Again    bool           `json:"again,omitempty"`
}

// Preview is what each account would post.
type Preview struct {
	Article PreviewArticle `json:"article"`
	Posts   []PreviewPost  `json:"posts"`
}

// PreviewArticle is the article as understood.
type PreviewArticle struct {
	Title     string              `json:"title"`
	Slug      string              `json:"slug"`
	URL       string              `json:"url"`
	Source    string              `json:"source"`
	Language  string              `json:"language"`
	Tags      []string            `json:"tags"`
	Repairs   []mojibake.Repair   `json:"repairs"`
	Warnings  []string            `json:"warnings"`
	Proposals []mojibake.Proposal `json:"proposals"`
}

// PreviewPost is one account's post.
type PreviewPost struct {
	Account        string        `json:"account"`
	Platform       string        `json:"platform"`
	Username       string        `json:"username,omitempty"` // as whom it posts; empty: never verified
	Text           string        `json:"text"`
	ContentWarning string        `json:"content_warning,omitempty"`
	Length         int           `json:"length"`
	Limit          int           `json:"limit"`
	CostUSD        float64       `json:"cost_usd"`
	CostReason     string        `json:"cost_reason"` // what the price depends on; empty: nothing is billed
	Dropped        []string      `json:"dropped"`
	DroppedWhy     []string      `json:"dropped_why"`       // of each
	Media          *Media        `json:"media,omitempty"`   // the picture that is attached
	Links          []PreviewLink `json:"links"`             // the accidental ones
	Warnings       []string      `json:"warnings"`          // of this account's post alone
	Receipt        *Receipt      `json:"receipt,omitempty"` // demo only
}

// Media is a picture attached to a post.
type Media struct {
	Origin string `json:"origin,omitempty"` // "article" or "share"; told by previews alone
	Type   string `json:"type"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Bytes  int    `json:"bytes"`
	Alt    string `json:"alt"`
}

// PreviewLink is a word that the platform makes a link of by accident.
type PreviewLink struct {
	Text     string `json:"text"`
	Domain   string `json:"domain"`   // a stranger's
	Proposal string `json:"proposal"` // reads the same and is no link; empty: none is known
}

// Enqueued answers a request.
type Enqueued struct {
	ID         string             `json:"id"`
	Slug       string             `json:"slug"`
	URL        string             `json:"url"`
	Existing   bool               `json:"existing,omitempty"` // it was there already
	Added      int                `json:"added,omitempty"`    // deliveries that it got now all the same
	Deliveries []EnqueuedDelivery `json:"deliveries"`
	Warnings   []string           `json:"warnings,omitempty"`
}

// EnqueuedDelivery is one delivery of an Enqueued.
type EnqueuedDelivery struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	State   string    `json:"state"`
	Due     time.Time `json:"due"`
}

// Story is all that is known of an article.
type Story struct {
	ID         string          `json:"id"`
	Slug       string          `json:"slug"`
	URL        string          `json:"url"`
	Title      string          `json:"title"`
	Source     string          `json:"source"`
	Named      string          `json:"named,omitempty"` // the one delivery that was asked for; empty: all
	EnqueuedAt time.Time       `json:"enqueued_at"`
	Deliveries []StoryDelivery `json:"deliveries"`
	Visits     *Visits         `json:"visits"` // null: none was counted

	// What happened to it since; absent: never.
	WithdrawnAt  time.Time `json:"withdrawn_at,omitzero"`
	UpdatedAt    time.Time `json:"updated_at,omitzero"`
	SourceGoneAt time.Time `json:"source_gone_at,omitzero"`
}

// StoryDelivery is all that is known of a delivery.
type StoryDelivery struct {
	ID       string    `json:"id"`
	Account  string    `json:"account"`
	Platform string    `json:"platform"`
	State    string    `json:"state"`
	Reason   string    `json:"reason,omitempty"`
	Due      time.Time `json:"due"`
	Timed    bool      `json:"timed"` // due is a moment of its own, not "when the account posts next"
	Priority int       `json:"priority"`
	Expires  *string   `json:"expires"` // RFC 3339; null: never
	Text     string    `json:"text"`
	Media    *Media    `json:"media,omitempty"`
	Attempts []Attempt `json:"attempts"`
	Looks    []Look    `json:"looks,omitempty"`
	NextLook time.Time `json:"next_look,omitzero"` // while unknown
	Receipt  *Receipt  `json:"receipt"`
	// ChargedUSD is what its attempts were booked at in the ledger; told by Show alone.
	ChargedUSD float64 `json:"charged_usd,omitempty"`
}

// ListedDelivery is a delivery in a list, with what identifies its article.
type ListedDelivery struct {
	Article string `json:"article"`
	Slug    string `json:"slug"`
	Title   string `json:"title"`
	StoryDelivery
}

// Attempt is one try.
type Attempt struct {
	N      int       `json:"n"`
	At     time.Time `json:"at"`
	Class  string    `json:"class"` // empty: under way
	Status int       `json:"status"`
	Error  string    `json:"error"`
}

// Look is one search for a post on the platform.
type Look struct {
	At     time.Time `json:"at"`
	Absent bool      `json:"absent"` // everything was read, and it is not there
	Error  string    `json:"error,omitempty"`
}

// Receipt is the platform's proof.
type Receipt struct {
	PostID   string    `json:"post_id"`
	URL      string    `json:"url"`
	PostedAt time.Time `json:"posted_at"`
}

// ListFilter selects deliveries; zero fields select all.
type ListFilter struct {
	State   string `json:"state"`
	Account string `json:"account"`
	Limit   int    `json:"limit"`
	After   string `json:"after,omitempty"`  // a delivery's ID: go on below it
	Prefix  string `json:"prefix,omitempty"` // only those whose ID begins so
	Posted  bool   `json:"posted,omitempty"` // what was posted last, the newest post first; needs a Limit, and no field but State "delivered"
}

// Finding is one line of "crieur check".
type Finding struct {
	Subject string   `json:"subject"`
	OK      bool     `json:"ok"`
	Skipped bool     `json:"skipped,omitempty"` // it was not looked at, so OK says little
	Detail  string   `json:"detail"`
	Way     string   `json:"way_out,omitempty"` // what to do, where not all is well
	Notes   []string `json:"notes,omitempty"`   // worth knowing, nothing is wrong
}
