//go:build e2e

package prove

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
)

// proxy is the address of this machine that the server is told to believe: it
// says where the connections come from that it passes on. Whoever comes from
// any other address of this machine has no limits of its own.
const proxy = "127.0.0.2"

// forwarded begins what stands for a source that the proxy names in X-Forwarded-For
// alone.
const forwarded = "X-Forwarded-For: "

// namedLate is a connection whose source is told in the header of its request.
type namedLate struct {
	*net.TCPConn
	header string
}

// dialAs connects as somebody from elsewhere would, through the proxy.
func dialAs(source, addr string) (net.Conn, error) {
	c, err := dialFrom(net.ParseIP(proxy), addr)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(source, forwarded) {
		return namedLate{c.(*net.TCPConn), source + "\r\n"}, nil
	}
	if _, err := fmt.Fprintf(c, "%s", proxyHeader(source)); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// proxyHeader is what a proxy says before anything else (PROXY protocol, version 1).
func proxyHeader(source string) string {
	if strings.Contains(source, ":") {
		return fmt.Sprintf("PROXY TCP6 %s ::1 4000 22\r\n", source)
	}
	return fmt.Sprintf("PROXY TCP4 %s %s 4000 22\r\n", source, proxy)
}

// sources are where the attack of this process comes from, each in turn; none
// is this machine itself. It does not change once the attack has begun.
var sources []string

var dialled atomic.Int64

// dial connects as the attacker.
func dial(addr string) (net.Conn, error) {
	if len(sources) == 0 {
		return net.Dial("tcp", addr)
	}
	return dialAs(sources[int(dialled.Add(1))%len(sources)], addr)
}

// strangers are so many sources that have nothing to do with each other, from
// the block for examples that is told by its third number (RFC 5737).
func strangers(n int) []string {
	return someOf("203.0.113.", 1, n)
}

// someOf are sources of a block, so that what one attack is held to account for is
// not held against the next.
func someOf(block string, first, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint(block, first+i)
	}
	return all
}
