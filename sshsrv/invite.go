package sshsrv

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Public says how invitations name this server.
type Public struct {
	SSH  string   // host or host:port; empty: the address that a client came to
	URL  string   // of the web door, with its path prefix; empty: as above
	HTTP net.Addr // of the web door's listener, for an address without URL; nil: there is none
}

// Invitation is how to get into a room from elsewhere.
type Invitation struct {
	SSH   string // a command
	Web   string // an address; empty without a web door
	Local bool   // named by an address of this machine, which others may not reach
}

// localNote is said with an invitation that is Local.
const localNote = "These name this server by the address that you came to; from elsewhere it may have another."

// invite says how to get to a room, or to the front page if it is empty. local
// is the address that the asking client came to.
func (p Public) invite(room string, local net.Addr) Invitation {
	host, port := p.SSH, "22"
	guessed := false
	if host == "" {
		guessed = true
		if h, pt, err := net.SplitHostPort(local.String()); err == nil {
			host, port = h, pt
		}
	} else if h, pt, err := net.SplitHostPort(host); err == nil {
		host, port = h, pt
	}
	command := []string{"ssh", "-t"}
	if port != "22" {
		command = append(command, "-p", port)
	}
	command = append(command, strings.Trim(host, "[]"))
	if room != "" {
		command = append(command, room)
	}

	base := p.URL
	if base == "" && p.HTTP != nil {
		guessed = true
		webPort := 80
		if tcp, ok := p.HTTP.(*net.TCPAddr); ok {
			webPort = tcp.Port
		}
		base = (&url.URL{Scheme: "http", Host: net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(webPort))}).String()
	}
	web := base
	if base != "" && room != "" {
		web = strings.TrimRight(base, "/") + "/r/" + room
	}
	return Invitation{SSH: strings.Join(command, " "), Web: web, Local: guessed}
}
