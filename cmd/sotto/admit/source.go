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

// pseudonym stands for the network that a connection comes from: an HMAC of
// its /32 or /64 under a key that lives for one [Rotation] in this process.
// Whoever can read the process's memory can try all addresses against it.
type pseudonym [16]byte

type sourceKey [32]byte

func newSourceKey() (k sourceKey) {
	_, _ = rand.Read(k[:]) // never fails; crypto/rand ends the process instead
	return k
}

func (k sourceKey) pseudonym(addr netip.Addr) (p pseudonym) {
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	network, _ := addr.Prefix(bits) // addr is valid, so bits fit
	mac := hmac.New(sha256.New, k[:])
	mac.Write(network.Addr().AsSlice())
	copy(p[:], mac.Sum(nil))
	return p
}

// tally counts what one source holds. The gate's mutex guards it.
type tally struct {
	conns     int           // connections, and requests over those of proxies
	crowd     crowd         // the same connections, but for those of proxies only while one serves the source
	roomsMade []time.Time   // within the last RoomsWindow, oldest first
	penalised time.Time     // the end of its penalties so far
	source    *rooms.Source // what the hub measures of it
	held      int64         // bytes of memory, as far as it matters; see ledger.go
}

// idle reports whether forgetting the tally would change nothing.
func (t *tally) idle(now time.Time) bool {
	return t.conns == 0 && !t.penalised.After(now) &&
		(len(t.roomsMade) == 0 || now.Sub(t.roomsMade[len(t.roomsMade)-1]) >= RoomsWindow)
}

func (t *tally) penalise(by time.Duration, now time.Time) {
	from := t.penalised
	if from.Before(now) {
		from = now
	}
	t.penalised = from.Add(by)
	if latest := now.Add(PenaltyMax); t.penalised.After(latest) {
		t.penalised = latest
	}
}

func (t *tally) refused(now time.Time) bool {
	return t.penalised.Sub(now) >= PenaltyMin
}

// makeRoom notes one more room, and reports whether it was still allowed.
func (t *tally) makeRoom(now time.Time) bool {
	for len(t.roomsMade) > 0 && now.Sub(t.roomsMade[0]) >= RoomsWindow {
		t.roomsMade = t.roomsMade[1:]
	}
	if len(t.roomsMade) >= RoomsPerSource {
		return false
	}
	t.roomsMade = append(t.roomsMade, now)
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
