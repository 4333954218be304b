// Package outbox is the durable store of articles and deliveries. Every change is
// one transaction, on disk when the call returns; it is the only importer of bbolt.
// It promises that no delivery is claimed twice, that nothing moves in a way that
// delivery.Move does not allow, and that finding the next due delivery and counting
// cost the same with ten articles and with a million. When to post, what to post and
// what an answer means is left to others.
package outbox

import (
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"

	"crieur/internal/article"
	"crieur/internal/delivery"
)

// Outbox is an open store. One process has it at a time; its methods may be
// called from many goroutines.
type Outbox struct {
	db       *bbolt.DB
	path     string
	file     os.FileInfo               // as it was opened
	schema   int                       // as it is on disk
	migrated Migration                 // by Open; zero: it was up to date
	restored restoredMark              // only RestoreFile sets it, when nobody has the store open
	copying  sync.RWMutex              // read-held by each backup, which may not outlive the store
	copied   atomic.Pointer[time.Time] // see Copied
	logged   news                      // the log of receipts got an entry
	shown    atomic.Uint64             // see Change
	closed   atomic.Bool
}

// Options tell how to open.
type Options struct {
	LockTimeout time.Duration // how long to wait for another process; 0: one second
	MustExist   bool          // refuse with fs.ErrNotExist, and create nothing, when there is no file
	MapRoom     int64         // address space for the file to grow into, in bytes; 0: 16 GiB
	KeepSchema  bool          // refuse a store of an older crieur with ErrOlderSchema instead of bringing it up to date
	AnySchema   bool          // open a store of an older crieur as it is: only to back it up

	// Migrating, when set, is told before an older store is brought up to date, which may
	// take minutes.
	Migrating func(from, to int)
}

// Article is a stored article.
type Article struct {
	ID          string // 12 characters, strictly increasing
	Slug        string // unique
	EnqueuedAt  time.Time
	PublishedAt time.Time // first claim of any of its deliveries; zero: its page does not exist yet

	// What changed since; zero: never.
	WithdrawnAt    time.Time
	UpdatedAt      time.Time // Article is the corrected one
	SourceProbedAt time.Time // latest answer about the source that says something
	SourceGoneAt   time.Time // first of at least two answers, 12 h apart, that the source is gone
	SourceMissing  time.Time // first such answer, also where no second one confirms it yet

	article.Article
}

// NewArticle is an article to be stored with its deliveries.
type NewArticle struct {
	Article    article.Article
	Deliveries []NewDelivery
	Again      bool // store it although it is already there; ErrUnsettled while that may double a post
	Extend     bool // when it is there already: give the accounts that it lacks a delivery
}

// NewDelivery is a delivery to be stored.
type NewDelivery struct {
	Account, Platform string
	Due               time.Time // zero: as soon as the account posts
	Priority          int       // higher goes first, -128..127
	Expires           time.Time // zero: never
	Media             *NewMedia // nil: nothing is attached
}

// Enqueued is the answer to a NewArticle.
type Enqueued struct {
	Article    Article
	Deliveries []delivery.Delivery
	Existing   bool // it was there already
	Added      int  // deliveries that it got now all the same (NewArticle.Extend)
}

// Outcome is how an attempt ended, or what was decided about a delivery.
type Outcome struct {
	To      delivery.State
	Class   delivery.Class
	Status  int
	Error   string
	Receipt *delivery.Receipt // when To is delivered
	Due     time.Time         // when To is scheduled; when To is unknown: the first look
	Landed  bool              // the platform said that the post exists: never send it again
	Reason  string            // when To is held or dead

	// When To is delivered by Move: what the post cost, and in which month of the account.
	// Booked where the store, restored from a backup, knew nothing of the post.
	Cost  Micros
	Month string
}

// Filter selects deliveries; zero fields select all.
type Filter struct {
	State   delivery.State
	Account string
	After   string // delivery ID to go on from
	Limit   int    // 0: all
}

// Counts are deliveries by state.
type Counts map[delivery.State]int

// Path returns the file's path as it was given to Open.
func (o *Outbox) Path() string { return o.path }
