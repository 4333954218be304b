// Package journal is what crieur says while it runs: a closed vocabulary of events, how
// they are written for a terminal, for systemd's journal or as JSON, and a memory of the
// latest ones for the status page. Each log line of the daemon carries one name of the
// vocabulary under the key "event"; its message is for people and may change, its name is
// for scripts and stays.
package journal

// Name is the name of an event.
type Name string

// Key is the attribute that carries a Name.
const Key = "event"

// The vocabulary. Each line begins with the level at which the event is logged, and is
// the line of docs/logs.md.
const (
	DaemonReady     Name = "daemon.ready"     // info: outbox and logins are open, the listeners are bound, the workers turn.
	DaemonStopping  Name = "daemon.stopping"  // info: told to end; requests in flight are settled first.
	OutboxMigrating Name = "outbox.migrating" // info: an outbox of an older crieur is backed up and brought up to date, which may take minutes.
	OutboxMigrated  Name = "outbox.migrated"  // info: it is up to date; "backup" is the outbox as it was.
	ConfigReloaded  Name = "config.reloaded"  // info: a new configuration is in force.
	ConfigRefused   Name = "config.refused"   // error: the new configuration is not taken, the old one stays in force.
	SocketTaken     Name = "socket.taken"     // info: a socket of a systemd socket unit is used instead of the address of the configuration.
	ManagerUntold   Name = "manager.untold"   // warn: the service manager did not hear that crieur is ready, alive or stopping.
	ClockSet        Name = "clock.set"        // warn: the system's clock was set, or the machine slept.
	ClockUnwatched  Name = "clock.unwatched"  // info: the system does not tell when its clock is set; it is looked at every minute.
	Control         Name = "control"          // info: an operator changed something, or tried to; who is in uid, gid and pid.
	ControlRead     Name = "control.read"     // debug: an operator asked for something that changes nothing.

	DeliveryDelivered Name = "delivery.delivered" // info: posted, and the receipt is stored.
	DeliveryFailed    Name = "delivery.failed"    // warn: an attempt did not post, or may not have; "class" tells which, "state" what comes next.
	DeliveryHeld      Name = "delivery.held"      // error: it waits for a person; "reason" has the command.
	DeliveryDead      Name = "delivery.dead"      // error: given up, or the platform will never take it.
	DeliveryExpired   Name = "delivery.expired"   // warn: too old before it could be posted.
	DeliveryCancelled Name = "delivery.cancelled" // warn: its article was withdrawn, or its page can have no address; "reason" tells that.
	AttemptStarted    Name = "attempt.started"    // debug: the intent is on disk, the request goes out next.
	AnswerUnsaved     Name = "answer.unsaved"     // error: the platform's answer cannot be stored; tried again and again.
	PageUnchecked     Name = "page.unchecked"     // warn: the page's preview could not be looked at; the delivery is scheduled again.
	DeliveryPostponed Name = "delivery.postponed" // warn: something came between its claim and its request; "reason" tells what; it is scheduled again.
	SlotMissed        Name = "slot.missed"        // warn: a slot passed while nothing could be posted.
	WorkerWaits       Name = "worker.waits"       // debug: what an account does next, and when.
	BreakerTripped    Name = "breaker.tripped"    // error: too many posts within an hour.

	LookStarted   Name = "look.started"   // debug: the platform is searched for the post of an attempt without an answer.
	LookFound     Name = "look.found"     // info: the post is there, its receipt is stored.
	LookAbsent    Name = "look.absent"    // info: the post is certainly not there, it is sent again.
	LookMissing   Name = "look.missing"   // debug: the post is not there this time; only the second such look decides.
	LookUndecided Name = "look.undecided" // warn: the search said nothing; it is made again later.

	ReadbackFound     Name = "readback.found"     // debug: a post is still there a while after its success.
	ReadbackUndecided Name = "readback.undecided" // warn: whether a post is still there could not be read.
	ReadbackDoubled   Name = "readback.doubled"   // error: a post was found under another ID: it may stand there twice.
	PostVanished      Name = "post.vanished"      // error: the platform gave an ID, and the post is not there.

	AccountStopped   Name = "account.stopped"   // error: nothing is posted there until an operator acts.
	AccountRestarted Name = "account.restarted" // info: its login was changed, so it posts again.
	AccountUnsaved   Name = "account.unsaved"   // error: that an account waits or is stopped cannot be stored.
	LoginVerified    Name = "login.verified"    // info: the platform knows the login, and as whom it posts.
	LoginUnverified  Name = "login.unverified"  // warn: the platform did not confirm the login.
	LoginExpiring    Name = "login.expiring"    // warn: a login that ends by itself could not be renewed; "reason" tells why and what to do.
	LimitsUnread     Name = "limits.unread"     // warn: the platform's limits could not be read; the last known ones hold.
	BudgetLow        Name = "budget.low"        // warn: most of the month's budget is spent.
	BudgetExhausted  Name = "budget.exhausted"  // warn: the budget puts the next post off.
	LedgerFailed     Name = "ledger.failed"     // error: a billed request is not in the ledger, or the ledger cannot be read.
	OutboxFailed     Name = "outbox.failed"     // error: the outbox cannot be read or written; tried again and again.

	AlertDelayed     Name = "alert.delayed"     // warn: a service did not take an alert; tried once more.
	AlertLost        Name = "alert.lost"        // error: an alert reached nobody on that service.
	HeartbeatMissed  Name = "heartbeat.missed"  // warn: no ping was sent to the heartbeat's address; "reason" tells why.
	HeartbeatAgain   Name = "heartbeat.again"   // info: the heartbeat's address is pinged again.
	WebhookPushed    Name = "webhook.pushed"    // debug: a receiver took a receipt.
	WebhookFailed    Name = "webhook.failed"    // warn: a receiver did not take a receipt; tried until it does.
	WebhookRecovered Name = "webhook.recovered" // info: a receiver takes receipts again.
	WebhookStopped   Name = "webhook.stopped"   // error: a receiver wants no more receipts.
	WebhookUnsaved   Name = "webhook.unsaved"   // error: where a webhook stands, or its log, cannot be stored.

	PagesFailed      Name = "pages.failed"      // error: a page or the feed cannot be read from the outbox.
	PagesBroken      Name = "pages.broken"      // error: a page, its image or the feed cannot be made; readers get the last one, or 503.
	PagesUnreachable Name = "pages.unreachable" // error: the pages do not answer under their public address.
	ExportFailed     Name = "export.failed"     // error: pages could not be written as files; tried again.
	ExportStrays     Name = "export.strays"     // warn: pages.export_dir holds pages of no article in the outbox.
	VisitsUnsaved    Name = "visits.unsaved"    // error: counted visits cannot be stored yet.
	VisitsLost       Name = "visits.lost"       // warn: visits were not counted, too many different pages at once.
	SourceGone       Name = "source.gone"       // warn: an article's source is gone; its page no longer leads there.
	SourceBack       Name = "source.back"       // info: an article's source is there again.
	SourceUnclear    Name = "source.unclear"    // debug: whether a source is there could not be told.
	SourceUnsaved    Name = "source.unsaved"    // error: what is known of sources cannot be read or stored.

	ServerError Name = "server.error" // debug: a connection to one of the listeners ended badly.
)
