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
		carrier, _ := r.Context().Value(placeKey{}).(*place)
		if carrier != nil {
			carrier.asks()
			defer carrier.answered()
		}
		if addr, ok := g.forwarded(r); ok {
			p, err := g.visit(addr, carrier)
			if err != nil {
				w.Header().Set("Retry-After", "10")
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
			defer p.release()
			r = r.WithContext(context.WithValue(r.Context(), placeKey{}, p))
		}
		r.RemoteAddr = ""
		for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip"} {
			r.Header.Del(header)
		}
		next.ServeHTTP(w, r)
	})
}

// forwarded returns the address that a trusted proxy says a request is from:
// the last one in X-Forwarded-For that is not itself a trusted proxy.
func (g *Gate) forwarded(r *http.Request) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !within(peer.Addr().Unmap(), g.cfg.Trusted) {
		return netip.Addr{}, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return netip.Addr{}, false
		}
		if addr = addr.Unmap().WithZone(""); !within(addr, g.cfg.Trusted) {
			return addr, true
		}
	}
	return netip.Addr{}, false
}
