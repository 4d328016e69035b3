// Package hosts says which addresses kpid may connect to: what a configuration
// names, checked where the connection is made, so that no name resolves to somewhere
// else.
package hosts

import (
	"fmt"
	"net/netip"
	"slices"
)

// inward are ranges that lead to hosts of our own though they do not look like it:
// what carriers share (RFC 6598), this network, and IPv4 behind IPv6 (NAT64, 6to4).
func inward() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2002::/16")}
}

// Private says that an address is not of the public network.
func Private(ip netip.Addr) bool {
	ip = ip.Unmap()
	return !ip.IsGlobalUnicast() || ip.IsPrivate() || slices.ContainsFunc(inward(), func(p netip.Prefix) bool { return p.Contains(ip) })
}

// Refused is a connection that is not made. Trying again does not mend it.
type Refused struct{ Reason string }

// Error is the reason.
func (e *Refused) Error() string { return e.Reason }

// Check judges the ip:port a connection is about to be made to. private says that
// hosts on loopback and private networks are meant, plain that nothing is encrypted:
// public hosts are refused then. table names what to set, for the message. Addresses
// of the link, where clouds keep credentials, are always refused.
func Check(address string, private, plain bool, table string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refused{fmt.Sprintf("%q is no address", address)}
	}
	ip := at.Addr().Unmap()
	switch inside := Private(ip); {
	case ip.IsLinkLocalUnicast():
		return &Refused{fmt.Sprintf("%s is an address of the link, where nothing is sent", ip)}
	case inside && !private:
		return &Refused{fmt.Sprintf("%s is a private address; set allow_private = true in %s if it is meant", ip, table)}
	case !inside && plain:
		return &Refused{"http without TLS is for private hosts only; write https"}
	}
	return nil
}
