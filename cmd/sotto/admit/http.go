package admit

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
)

// Handler wraps the browser door's routes. A connection has entered with its
// first whole request; a request that came over a trusted proxy is counted
// against the source named in X-Forwarded-For for as long as it lasts, which
// for a chat is as long as its socket. Addresses stay on this side: next sees
// neither the peer's nor a forwarded one.
func (g *Gate) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		carrier, _ := r.Context().Value(slotKey{}).(*slot)
		if carrier != nil {
			carrier.asks()
			defer carrier.answered()
		}
		if addr, ok := g.forwarded(r); ok {
			s, err := g.takeRequest(addr, carrier)
			if err != nil {
				w.Header().Set("Retry-After", "10")
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
			defer s.release()
			r = r.WithContext(context.WithValue(r.Context(), slotKey{}, s))
		}
		r.RemoteAddr = ""
		for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
			r.Header.Del(header)
		}
		next.ServeHTTP(w, r)
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
