package voice

import (
	"net/netip"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

// peer is by what a browser knows that a check is from whom it has its answer.
type peer struct{ user, password string }

// proof is whether somebody at an address reads what is sent there. A check that is signed
// proves nothing of it: who may sign could give any address as theirs, and have a room's
// sound sent to a stranger. So this end asks the address, as RFC 7675 has it, what only who
// reads there can answer, and sends no sound without.
type proof struct {
	addr    netip.AddrPort
	as      netip.AddrPort // what stands for it
	in, out int            // bytes of checks, and of what answers them with what we ask
	answers bool           // checks from there were answered
	asked   [stun.TransactionIDSize]byte
	at      time.Time // when that was; zero: nothing is asked
	proven  time.Time // when it was answered last
}

// holds reports whether sound may be sent there.
func (p *proof) holds(now time.Time) bool { return !p.proven.IsZero() && now.Sub(p.proven) < provenFor }

// ask returns what is to be asked now of a browser that goes by the names of an offer and its
// answer, or nil. Before the first answer, less goes out than came in.
func (p *proof) ask(of peer, user string, now time.Time) []byte {
	first := p.proven.IsZero()
	if again := now.Sub(p.at); first && again < askAgain || !first && (again < provenFor/6 || now.Sub(p.proven) < provenFor/3) {
		return nil
	}
	m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(of.user+":"+user),
		ice.AttrControlled(0), ice.PriorityAttr(1), stun.NewShortTermIntegrity(of.password), stun.Fingerprint)
	if err != nil || first && p.in-p.out < len(m.Raw) {
		return nil
	}
	p.out += len(m.Raw)
	p.asked, p.at = m.TransactionID, now
	return m.Raw
}

// answered takes a packet, and reports whether it is the answer to what was asked.
func (p *proof) answered(packet []byte, now time.Time) bool {
	if p.at.IsZero() || [stun.TransactionIDSize]byte(packet[8:20]) != p.asked {
		return false
	}
	p.proven, p.at = now, time.Time{}
	return true
}

// isAnswer reports whether a packet says that a check was taken (RFC 8489).
func isAnswer(packet []byte) bool {
	return len(packet) >= 20 && packet[0] == 1 && packet[1] == 1
}
