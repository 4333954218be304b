package article

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// maxAddress is the longest address, in bytes.
const maxAddress = 2048

// checkAddress says why an address may not be a source, link or image: pages forward
// people there, so only plain http(s) is let through.
func checkAddress(field, s string) error {
	if len(s) > maxAddress {
		return fmt.Errorf("%s is %d bytes long: shorten it to %d", field, len(s), maxAddress)
	}
	if !hasHTTP(s) {
		return fmt.Errorf("%s %s is not http(s): write an address that starts with https://", field, quote(s))
	}
	if at := strings.IndexFunc(s, unfitForAddress); at >= 0 {
		return fmt.Errorf("%s %s contains %q: write the address alone, with %%20 for a space", field, quote(s), []rune(s[at:])[0])
	}
	u, err := url.Parse(s)
	if err != nil {
		// The parser's error repeats the whole address, password included.
		var inner *url.Error
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return fmt.Errorf("%s %s is no valid address (%w): copy it anew from the browser", field, quote(s), err)
	}
	port, portErr := strconv.Atoi(u.Port())
	switch {
	case u.Hostname() == "":
		return fmt.Errorf("%s %s has no host: write it as https://host/path", field, quote(s))
	case u.User != nil:
		return fmt.Errorf("%s %s carries a user name: remove the part before \"@\"", field, quote(s))
	case u.Port() != "" && (portErr != nil || port > 65535):
		return fmt.Errorf("%s %s has the port %s: the highest is 65535", field, quote(s), u.Port())
	}
	return nil
}

func hasHTTP(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// unfitForAddress tells characters that an address must carry encoded. Browsers read
// "\" as "/", so it could hide the host.
func unfitForAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("\\<>\"`\uFFFD", r)
}

// sourceLabel matches the line that names the source. The letters é may still be
// damaged where a file was too short for a certain repair.
var sourceLabel = sync.OnceValue(func() *regexp.Regexp {
	const é = `(?:e|[^[:ascii:]])[^[:ascii:]]{0,4}`
	return regexp.MustCompile(`(?i)^[\s*_\x{00a0}]*(?:(?:article[\s\x{00a0}]+(?:en|de)[\s\x{00a0}]+)?r` + é + `f` + é + `rence|sources?)[\s*_\x{00a0}\x{202f}]*:[\s*_\x{00a0}]*(.*?)[\s\x{00a0}]*$`)
})

var markdownLink = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\[[^\]]*\]\(\s*<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?\s*\)|<([^<>\s]*)>)$`)
})

// labelled returns what follows a source label; the address out of "<…>" or "[…](…)".
func labelled(line string) (value string, ok bool) {
	if len(line) > 2*maxAddress {
		line = line[:2*maxAddress]
	}
	m := sourceLabel().FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	value = m[1]
	if line = strings.TrimSpace(line); strings.ContainsAny(line[:1], "*_") {
		value = strings.TrimRight(value, line[:1]) // the whole line is emphasised
	}
	if in := markdownLink().FindStringSubmatch(value); in != nil {
		return in[1] + in[2], true
	}
	return value, true
}

var scheme = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9+.-]*:\S|www\.|//)\S*$|^\S+://`)
})

// meantAsAddress tells an address, good or bad, from words after "Source:".
func meantAsAddress(value string) bool { return scheme().MatchString(value) }

// takeSource takes the first line that names the source out of the blocks. When no line
// names an address, value is what the first label names instead, "" without a label.
// all are the addresses that any label names.
func takeSource(blocks []block) (rest []block, value string, all []string) {
	rest = blocks
	for b := range blocks {
		for i, line := range blocks[b].lines {
			v, ok := labelled(line)
			if !ok || blocks[b].code {
				continue
			}
			used := 1
			if next := i + 1; v == "" && next < len(blocks[b].lines) && hasHTTP(blocks[b].lines[next]) {
				v, used = blocks[b].lines[next], 2
			}
			switch {
			case meantAsAddress(v):
				if all == nil {
					rest, value = cutLines(blocks, b, i, used), v
				}
				all = append(all, v)
			case value == "":
				value = v
			}
		}
	}
	return rest, value, all
}

// CanonicalSource is the source (or, without one, the link) as duplicates are
// recognised by: host in lower case, without default port and fragment.
func (a Article) CanonicalSource() string {
	s := a.Source
	if s == "" {
		s = a.Link
	}
	u, err := url.Parse(s)
	if err != nil || s == "" {
		return s
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Host = strings.TrimSuffix(u.Host, ":")
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}
