package sshsrv

import (
	"net"
	"strconv"
	"strings"

	"sotto/rooms"
)

// Public says how invitations name this server.
type Public struct {
	SSH  string   // host or host:port; empty: the address that a client came to
	URL  string   // of the web door, with its path prefix; empty: as above
	TLS  bool     // the web door speaks TLS
	HTTP net.Addr // of the web door's listener, for an address without URL; nil: there is none
}

// byAddress is what is to be known about an invitation that had to guess.
const byAddress = "These name this server by the address that you came to; from elsewhere it may have another."

// invite says how to get to a room, or to the front page if it is empty; by the token of
// an invitation if there is one, which a link has behind "#", so that no server's log has
// it. local is the address that the asking client came to.
func (p Public) invite(room, token string, local net.Addr) rooms.Invitation {
	host, port, guessed := p.address(local)
	command := []string{"ssh", "-t"}
	if port != "22" {
		command = append(command, "-p", port)
	}
	command = append(command, strings.Trim(host, "[]"))
	if room != "" {
		command = append(command, room)
	}
	if token != "" {
		command = append(command, "--invite", token)
	}

	base := p.URL
	if base == "" && p.HTTP != nil {
		guessed = true
		base = p.webBase(strings.Trim(host, "[]"))
	}
	i := rooms.Invitation{SSH: strings.Join(command, " "), Web: base}
	if base != "" && room != "" {
		i.Web = strings.TrimRight(base, "/") + "/r/" + room
		if token != "" {
			i.Web += "#" + token
		}
	}
	if guessed {
		i.Note = byAddress
	}
	return i
}

// address is the ssh door's host and port.
func (p Public) address(local net.Addr) (host, port string, guessed bool) {
	host, port = p.SSH, "22"
	if host == "" {
		host, guessed = local.String(), true
	}
	if h, pt, err := net.SplitHostPort(host); err == nil {
		host, port = h, pt
	}
	return host, port, guessed
}

// native is how sotto's own client reaches this server: by its public address,
// or else by the door that the asking client came in by, which is open.
func (p Public) native(local net.Addr) string {
	if p.URL != "" {
		return strings.TrimRight(p.URL, "/")
	}
	host, port, _ := p.address(local)
	at := net.JoinHostPort(strings.Trim(host, "[]"), port)
	return "ssh://" + strings.TrimSuffix(at, ":22")
}

// webBase is the web door at a host that ssh came to.
func (p Public) webBase(host string) string {
	scheme, usual := "http", 80
	if p.TLS {
		scheme, usual = "https", 443
	}
	port := usual
	if tcp, ok := p.HTTP.(*net.TCPAddr); ok {
		port = tcp.Port
	}
	switch {
	case port != usual:
		host = net.JoinHostPort(host, strconv.Itoa(port))
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return scheme + "://" + host
}
