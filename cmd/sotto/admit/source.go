package admit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net"
	"net/netip"
	"time"

	"sotto/rooms"
)

// pseudonym stands for a network that a connection comes from: an HMAC of
// it under a key that lives for one [Rotation] in this process.
// Whoever can read the process's memory can try all addresses against it.
type pseudonym [16]byte

type sourceKey [32]byte

func newSourceKey() (k sourceKey) {
	_, _ = rand.Read(k[:]) // never fails; crypto/rand ends the process instead
	return k
}

func (k sourceKey) pseudonym(network netip.Prefix) (name pseudonym) {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte{byte(network.Bits())})
	mac.Write(network.Addr().AsSlice())
	copy(name[:], mac.Sum(nil))
	return name
}

// widths are the networks that an IPv6 address is counted in, the narrowest, which
// is its source, first: what one line gets, and what providers give to one
// customer. Each is as many shares wide as a source may have times over.
var widths = []struct{ bits, shares int }{{64, 1}, {56, WideShares}, {48, WidestShares}}

// networkOf is the network of an address that is so wide.
func networkOf(addr netip.Addr, bits int) netip.Prefix {
	if addr.Is4() {
		bits = 32
	}
	network, _ := addr.Prefix(bits) // addr is valid, so bits fit
	return network
}

var (
	sixToFour = netip.MustParsePrefix("2002::/16")    // RFC 3056
	teredo    = netip.MustParsePrefix("2001::/32")    // RFC 4380
	translate = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
)

// behind is the IPv4 address that an IPv6 address is made of, where it is: whoever
// has one has all that are made of it. Others it returns as they are.
func behind(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if !addr.Is6() {
		return addr
	}
	b := addr.As16()
	var v4 [4]byte
	switch {
	case sixToFour.Contains(addr):
		copy(v4[:], b[2:])
	case teredo.Contains(addr): // the client's, with all bits turned
		for i := range v4 {
			v4[i] = ^b[12+i]
		}
	case translate.Contains(addr):
		copy(v4[:], b[12:])
	default:
		return addr
	}
	return netip.AddrFrom4(v4)
}

// tally counts what one source holds, or a wider network. The gate's mutex guards it.
type tally struct {
	wider     *tally        // the network that it is a part of
	shares    int           // how many sources' shares it has
	conns     int           // connections, and requests over those of proxies
	crowd     crowd         // the same connections, but for those of proxies only while one serves the source
	roomsMade []time.Time   // within the last RoomsWindow, oldest first
	penalised time.Time     // the end of its penalties so far
	source    *rooms.Source // what the hub measures of it
	held      int64         // bytes of memory, as far as it matters; see ledger.go
}

// each does something for a source and for every network that it is a part of.
func (t *tally) each(do func(*tally)) {
	for ; t != nil; t = t.wider {
		do(t)
	}
}

// any reports whether something is so of a source or of a network of it.
func (t *tally) any(is func(*tally) bool) bool {
	for ; t != nil; t = t.wider {
		if is(t) {
			return true
		}
	}
	return false
}

// within reports whether a source is another or a part of it.
func (t *tally) within(network *tally) bool {
	return t.any(func(t *tally) bool { return t == network })
}

// small reports whether a source and all its networks hold no more than so much for
// each share.
func (t *tally) small(bytes int64) bool {
	return !t.any(func(t *tally) bool { return t.held > int64(t.shares)*bytes })
}

// widest is the widest network of a source, nil for none.
func (t *tally) widest() *tally {
	for t != nil && t.wider != nil {
		t = t.wider
	}
	return t
}

// idle reports whether forgetting the tally would change nothing.
func (t *tally) idle(now time.Time) bool {
	return t.conns == 0 && !t.penalised.After(now) &&
		(len(t.roomsMade) == 0 || now.Sub(t.roomsMade[len(t.roomsMade)-1]) >= RoomsWindow)
}

// penalise adds a penalty to a source, and its part to every network of it.
func (t *tally) penalise(by time.Duration, now time.Time) {
	t.each(func(t *tally) {
		from := t.penalised
		if from.Before(now) {
			from = now
		}
		part := (by + time.Duration(t.shares) - 1) / time.Duration(t.shares)
		t.penalised = from.Add(part)
		if latest := now.Add(PenaltyMax); t.penalised.After(latest) {
			t.penalised = latest
		}
	})
}

func (t *tally) refused(now time.Time) bool {
	return t.any(func(t *tally) bool { return t.penalised.Sub(now) >= PenaltyMin })
}

// atLimit reports whether there are as many connections as there may be from
// there, of those that have come in or of those that have not.
func (t *tally) atLimit(waits bool) bool {
	return t.any(func(t *tally) bool {
		return t.conns >= t.shares*MaxConnsPerSource || waits && t.crowd.waiting() >= t.shares*MaxWaitingPerSource
	})
}

// makeRoom notes one more room, and reports whether it was still allowed.
func (t *tally) makeRoom(now time.Time) bool {
	if t.any(func(t *tally) bool {
		for len(t.roomsMade) > 0 && now.Sub(t.roomsMade[0]) >= RoomsWindow {
			t.roomsMade = t.roomsMade[1:]
		}
		return len(t.roomsMade) >= t.shares*RoomsPerSource
	}) {
		return false
	}
	t.each(func(t *tally) { t.roomsMade = append(t.roomsMade, now) })
	return true
}

// addrOf returns the IP address of a peer, and false for one that has none,
// e.g. at the end of a pipe.
func addrOf(a net.Addr) (netip.Addr, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	addr := tcp.AddrPort().Addr().Unmap().WithZone("")
	return addr, addr.IsValid()
}

// shared reports whether an address says nothing about who is behind it, so
// that limits per source would punish the wrong people.
func shared(addr netip.Addr) bool {
	return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
}

func within(addr netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}
