package outside

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for _, a := range []string{
		"127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "100.64.0.1", "100.100.100.200", "100.127.255.255", "192.0.0.192", "192.0.2.1", "198.18.0.1",
		"198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fe80::1%eth0", "fec0::1",
		"fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "100::1", "3fff::1", "4000::1",
	} {
		if Public(netip.AddrPortFrom(netip.MustParseAddr(a), 80)) == nil {
			t.Errorf("%s is reached", a)
		}
	}
	for _, a := range []string{
		"1.1.1.1", "9.9.9.9", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255",
		"2606:4700:4700::1111", "2a00:1450:4007::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
	} {
		if err := Public(netip.AddrPortFrom(netip.MustParseAddr(a), 80)); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

// TestWhatGoCallsInnerIsNeverReached holds the list against the standard library's own words.
func TestWhatGoCallsInnerIsNeverReached(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a netip.Addr
		if rapid.Bool().Draw(t, "v4") {
			a = netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "bytes")))
		} else {
			a = netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes")))
		}
		inner := a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || !a.IsGlobalUnicast()
		if inner && Public(netip.AddrPortFrom(a, 443)) == nil {
			t.Fatalf("%s is reached", a)
		}
		if a.Is4() {
			mapped := netip.AddrFrom16(a.As16())
			if (Public(netip.AddrPortFrom(a, 80)) == nil) != (Public(netip.AddrPortFrom(mapped, 80)) == nil) {
				t.Fatalf("%s and %s differ", a, mapped)
			}
		}
	})
}
