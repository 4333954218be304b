// Package outside is what requests to other people's servers need: to stay on the public
// internet where an article names the address, and an end to each answer.
package outside

import (
	"fmt"
	"net/netip"
	"syscall"
)

// prefixes is a list of address ranges.
type prefixes []netip.Prefix

func (p prefixes) contain(a netip.Addr) bool {
	for _, r := range p {
		if r.Contains(a) {
			return true
		}
	}
	return false
}

// special are the ranges of IPv4 and IPv6 that are nobody's public server: IANA's registries
// of special addresses, and what clouds keep for their metadata.
func special() prefixes {
	var list prefixes
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"168.63.129.16/32", // Azure's metadata
		// Inside 2000::/3: Teredo and its neighbours, documentation, 6to4, documentation.
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}

// PrivateError is an address that is not asked.
type PrivateError struct{ At netip.Addr }

func (e *PrivateError) Error() string {
	return fmt.Sprintf("address %s is not public, and only the public internet is asked", e.At)
}

// Public refuses, with a *PrivateError, an address that is not one of the public internet.
func Public(at netip.AddrPort) error {
	a := at.Addr().Unmap()
	// NAT64 carries IPv4 for machines that have IPv6 alone.
	if nat64 := netip.MustParsePrefix("64:ff9b::/96"); nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	global := netip.MustParsePrefix("2000::/3")
	if special().contain(a) || a.Is6() && (a.Zone() != "" || !global.Contains(a)) {
		return &PrivateError{at.Addr()}
	}
	return nil
}

// Only is the Control of a net.Dialer that connects only where allow permits. The check
// sits below DNS, on the address that is connected to: a name that changes its address
// between check and use gains nothing. A proxy would hide that address, so the transport
// must have none.
func Only(allow func(netip.AddrPort) error) func(network, address string, c syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %q: %w", address, err)
		}
		return allow(at)
	}
}
