package preflight

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// maxRobots is what a bot reads of a robots.txt, in bytes (RFC 9309, 2.5).
const maxRobots = 500 << 10

// obey reports when robots.txt of u's host forbids u to the bot. The file is read once a
// host and run: no bot gets another one.
func (c *checker) obey(ctx context.Context, b Bot, thing string, u *url.URL, say func(finding)) {
	origin := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	rules, read := c.robots[origin.String()]
	if !read {
		rules = c.readRobots(ctx, b, origin)
		if c.robots == nil {
			c.robots = map[string]robots{}
		}
		c.robots[origin.String()] = rules
	}
	if rules.bad != nil {
		if b.ObeysRobots {
			say(*rules.bad)
		}
		return
	}
	token := product(b.UserAgent)
	if line := rules.forbids(token, b.ObeysRobots, u); line != "" {
		say(finding{
			origin.String(), fmt.Sprintf("%q for the %s", line, thing),
			fmt.Sprintf("it shuts the bot out: add a group \"User-agent: %s\" with \"Allow: /\"", token),
		})
	}
}

func (c *checker) readRobots(ctx context.Context, b Bot, at *url.URL) robots {
	a, bad := c.get.fetch(ctx, request{
		thing: "robots.txt", url: at, limit: maxRobots,
		agent: b.UserAgent, encoding: b.Encoding,
	})
	switch {
	case bad != nil:
		return robots{bad: bad}
	case a.status >= http.StatusInternalServerError:
		return robots{bad: &finding{
			at.String(), fmt.Sprintf("a status of %d", a.status),
			"bots take that for a ban of everything: answer 200, or 404 for none",
		}}
	case a.status != http.StatusOK:
		return robots{}
	}
	return parseRobots(string(a.body))
}

// robots are the rules of a robots.txt by product token, lower case; "*" is every other bot.
type robots struct {
	groups map[string][]rule
	bad    *finding // the file cannot be had
}

type rule struct {
	allow   bool
	pattern string
	line    string // as written, for findings
}

// parseRobots reads a robots.txt by RFC 9309; what it does not know it skips, as bots do.
func parseRobots(text string) robots {
	r := robots{groups: map[string][]rule{}}
	var agents []string
	naming := false // the last line known named an agent: the next one joins it
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '\n' || c == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if !naming {
				agents = nil
			}
			naming = true
			token := product(value)
			if strings.HasPrefix(value, "*") {
				token = "*"
			}
			if token != "" {
				token = strings.ToLower(token)
				agents = append(agents, token)
				// A group without rules counts: it frees its bot from those of "*".
				if _, known := r.groups[token]; !known {
					r.groups[token] = nil
				}
			}
		case "allow", "disallow":
			naming = false
			// An empty path is no rule.
			if value == "" {
				continue
			}
			for _, a := range agents {
				r.groups[a] = append(r.groups[a], rule{key == "allow", escape(value), strings.TrimSpace(line)})
			}
		}
	}
	return r
}

// forbids gives the line that forbids u to the bot, empty when it is allowed. obeysAll: the
// rules for every bot bind it when none name it.
func (r robots) forbids(token string, obeysAll bool, u *url.URL) string {
	rules, named := r.groups[strings.ToLower(token)]
	if !named && obeysAll {
		rules = r.groups["*"]
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	// The longest pattern decides; of two as long, the one that allows.
	best := rule{allow: true}
	for _, c := range rules {
		longer := len(c.pattern) > len(best.pattern) || len(c.pattern) == len(best.pattern) && c.allow
		if longer && matches(c.pattern, path) {
			best = c
		}
	}
	if best.allow {
		return ""
	}
	return best.line
}

// matches tells whether path begins as the pattern says: * is any text, $ at the end the
// path's end.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !whole || rest == ""
}

// product is the name at the start of a User-Agent, without version.
func product(agent string) string {
	end := strings.IndexFunc(agent, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '-'
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}

// escape writes what is not ASCII as a URL does.
func escape(pattern string) string {
	var b strings.Builder
	for _, c := range []byte(pattern) {
		if c < 0x80 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
