package probe

import (
	"fmt"
	"net/netip"
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

// privateError is an address that is not asked.
type privateError struct{ at netip.Addr }

func (e *privateError) Error() string {
	return fmt.Sprintf("address %s is not public: only sources on the public internet are probed", e.at)
}

// public refuses an address that is not one of the public internet.
func public(at netip.AddrPort) error {
	a := at.Addr().Unmap()
	// NAT64 carries IPv4 for machines that have IPv6 alone.
	if nat64 := netip.MustParsePrefix("64:ff9b::/96"); nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	global := netip.MustParsePrefix("2000::/3")
	if special().contain(a) || a.Is6() && (a.Zone() != "" || !global.Contains(a)) {
		return &privateError{at.Addr()}
	}
	return nil
}

// anywhere allows every address.
func anywhere(netip.AddrPort) error { return nil }
