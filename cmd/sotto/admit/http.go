package admit

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// pendingKey is where a request's context has its pending.
type pendingKey struct{}

// pending is what was counted for a request and is given back once it was answered.
type pending struct {
	back     []func() // in the order in which it was counted
	outlived bool     // by whoever took over the connection: the handler's return is no end
}

func (p *pending) giveBack() {
	for _, back := range slices.Backward(p.back) {
		back()
	}
}

// Outlive has what was counted for a request given back by end, once, and not when its
// handler returns: a socket that was taken over needs nothing else of net/http, which
// would keep the request and its buffers until then. It is called by the handler.
func (g *Gate) Outlive(ctx context.Context) (end func()) {
	p, ok := ctx.Value(pendingKey{}).(*pending)
	if !ok {
		return func() {}
	}
	p.outlived = true
	return p.giveBack
}

// Handler wraps the browser door's routes. A connection has entered with its
// first whole request; a request that came over a trusted proxy is counted
// against the source named in X-Forwarded-For for as long as it lasts, which
// for a chat is as long as its socket ([Gate.Outlive]). Addresses stay on this side: next sees
// neither the peer's nor a forwarded one.
func (g *Gate) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &pending{}
		defer func() {
			if !p.outlived {
				p.giveBack()
			}
		}()
		ctx := context.WithValue(r.Context(), pendingKey{}, p)
		carrier, _ := r.Context().Value(slotKey{}).(*slot)
		if carrier != nil {
			carrier.asks()
			p.back = append(p.back, carrier.answered)
		}
		addr, named := g.forwarded(r)
		var err error
		switch {
		case named:
			var s *slot
			if s, err = g.takeRequest(addr, carrier); err == nil {
				p.back = append(p.back, s.release)
				ctx = context.WithValue(ctx, slotKey{}, s)
			}
		case carrier != nil:
			err = g.stay(carrier)
		}
		if err != nil {
			if err == refusedFull {
				w.Header().Set("Connection", "close") // there is no place for it
			}
			w.Header().Set("Retry-After", "10")
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		r.RemoteAddr = ""
		for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
			r.Header.Del(header)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// unreadable stands for all whom trusted proxies name in a way that nobody can
// read: an address that nobody has. They are one source together, since what stands
// before it in the header may be anybody's invention.
var unreadable = netip.IPv4Unspecified()

// forwarded returns the address that a trusted proxy says a request is from:
// the last one in X-Forwarded-For that is not itself a trusted proxy. Without any
// there is nothing known.
func (g *Gate) forwarded(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !within(peer.Addr().Unmap(), g.cfg.Trusted) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		if hop == "" {
			continue // RFC 9110, section 5.6.1: a list may have empty elements
		}
		addr, ok := addrIn(hop)
		if !ok {
			g.misled.Do(func() {
				if g.cfg.Unreadable != nil {
					g.cfg.Unreadable()
				}
			})
			return unreadable, true
		}
		if !within(addr, g.cfg.Trusted) {
			return addr, true
		}
	}
	return netip.Addr{}, false
}

// addrIn reads an address as proxies write it: alone, in brackets, or with a port.
func addrIn(hop string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(hop)
	if inner, ok := strings.CutPrefix(hop, "["); ok && err != nil {
		if inner, ok = strings.CutSuffix(inner, "]"); ok {
			addr, err = netip.ParseAddr(inner)
		}
	}
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(hop)
		addr = with.Addr()
	}
	return addr.Unmap().WithZone(""), err == nil
}
