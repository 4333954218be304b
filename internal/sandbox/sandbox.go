// Package sandbox serves, on loopback, the parts of X API v2, X's v1.1 update and
// the Mastodon API that crieur uses: the protocols' real checks, limits, headers
// and error bodies, and scripted faults that lose, spoil or delay an answer before
// or after the post exists. The demo, the rehearsals and the tests run against it.
// It keeps everything in bounded memory and leaves posting policy to its callers.
//
// Every server also answers /_sandbox/ (see admin.go), so that another process can
// script faults and read what arrived.
package sandbox

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Flavour is the kind of server that the Mastodon side plays.
type Flavour string

// The flavours differ in what they do with a repeated Idempotency-Key, in their
// IDs, their counting and their error bodies.
const (
	Mastodon45 Flavour = "4.5"        // a repeat within an hour is answered with the first status
	Mastodon46 Flavour = "4.6"        // a repeat is answered with 500 although the first exists (mastodon/mastodon#40399)
	GoToSocial Flavour = "gotosocial" // the key is ignored: two requests, two posts
)

// Options say what to serve. The zero value is an X account and a Mastodon 4.5
// account on free ports, with the platforms' real limits.
type Options struct {
	XAddr, MastodonAddr string // "host:port" on loopback; default "127.0.0.1:0"
	Username            string // on both; default "crieur_demo"

	TimelineLag time.Duration // a post shows in the own timeline only when it is this old
	Uploads     int           // pictures; default 30 per 30 minutes, and on X 500 per 15
	MediaPolls  int           // so many times a picture is "still processed"; default 0: it is ready at once
	Remember    int           // posts and requests kept per server, at least; default 20,000

	XLimit    int           // weighted length; default 280
	XCreates  int           // creates per 15 minutes; default 100
	XReads    int           // of the own account and timeline, each per 15 minutes; default X's 75 and 900
	XDaily    int           // creates per 24 hours, with its x-user-limit-24hour headers; 0: neither
	XAppDaily int           // the same of the app, with x-app-limit-24hour headers; 0: neither
	V11       bool          // serve v1.1 posting; otherwise 403 code 453, as for self-serve apps
	MediaLife time.Duration // a picture can be attached for so long; default 24 hours
	TokenLife time.Duration // OAuth 2.0 access tokens; default 2 hours

	Flavour       Flavour // default Mastodon45
	MaxCharacters int     // default 500, GoToSocial 5,000
	Statuses      int     // statuses per 3 hours; default 300
	Requests      int     // requests per 5 minutes; default 300
	Scopes        string  // of the token; default "write:statuses write:media read:statuses profile"
	Old           bool    // Mastodon before 4.3: no scope "profile", nothing that tells which there are
	Human         bool    // the account does not carry the bot flag
	Limited       bool    // a moderator limited the account: "public" silently becomes "unlisted"
}

// Sandbox is a running pair of servers.
type Sandbox struct {
	X        *X
	Mastodon *Mastodon
}

// Start opens both servers. The error names the option that cannot be served.
func Start(o Options) (*Sandbox, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	x, err := newX(o)
	if err != nil {
		return nil, err
	}
	m, err := newMastodon(o)
	if err != nil {
		return nil, errors.Join(err, x.close())
	}
	peers := map[string]*Server{x.platform: x.Server, m.platform: m.Server}
	for _, s := range peers {
		s.peers = peers
		s.start()
	}
	return &Sandbox{X: x, Mastodon: m}, nil
}

// Close ends both servers and every request in flight, and returns when all is over.
func (s *Sandbox) Close() error {
	return errors.Join(s.X.close(), s.Mastodon.close())
}

func (o Options) withDefaults() (Options, error) {
	fill(&o.XAddr, "127.0.0.1:0")
	fill(&o.MastodonAddr, "127.0.0.1:0")
	fill(&o.Username, "crieur_demo")
	fill(&o.Remember, 20_000)
	fill(&o.XLimit, 280)
	fill(&o.XCreates, 100)
	fill(&o.TokenLife, 2*time.Hour)
	fill(&o.MediaLife, 24*time.Hour)
	fill(&o.Flavour, Mastodon45)
	fill(&o.Statuses, 300)
	fill(&o.Requests, 300)
	fill(&o.Scopes, "write:statuses write:media read:statuses profile")
	switch o.Flavour {
	case Mastodon45, Mastodon46:
		fill(&o.MaxCharacters, 500)
	case GoToSocial:
		fill(&o.MaxCharacters, 5000)
	default:
		return o, fmt.Errorf("flavour %q is unknown: want %q, %q or %q", o.Flavour, Mastodon45, Mastodon46, GoToSocial)
	}
	for _, addr := range []string{o.XAddr, o.MastodonAddr} {
		if err := loopback(addr); err != nil {
			return o, err
		}
	}
	for name, n := range map[string]int{
		"Remember": o.Remember, "XLimit": o.XLimit, "XCreates": o.XCreates, "MaxCharacters": o.MaxCharacters, "Statuses": o.Statuses,
		"Requests": o.Requests,
	} {
		if n < 1 {
			return o, fmt.Errorf("%s %d is not positive", name, n)
		}
	}
	return o, nil
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// loopback refuses every other address: the sandbox hands out its secrets to whoever asks.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("sandbox address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("sandbox address %q is not on loopback: use 127.0.0.1:PORT", addr)
	}
	return nil
}
