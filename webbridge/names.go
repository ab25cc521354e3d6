package webbridge

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// names is what the server is called, and so which requests are meant for it.
//
// With a public address, Host and Origin must be that address's. Without one,
// the Host that the browser used must be a name that nobody else can own (an
// address, localhost, this machine's own name, a name without a dot or below
// a suffix that the public DNS does not have), and Origin must agree with it.
// A page of a stranger's whose name was pointed at this server afterwards (DNS
// rebinding) has a public name and is refused; see
// docs/decisions/host-and-origin.md.
type names struct {
	scheme, host string // of the public address; empty without one
	prefix       string // of every path, without a slash at its end
	hostname     string // of this machine, lower case

	sshHost string // of commands; empty: the browser's host
	sshPort string // empty: there is no ssh door
}

func parseNames(publicURL, publicSSH string, sshPort int) (names, error) {
	var n names
	if hostname, err := os.Hostname(); err == nil {
		n.hostname = strings.ToLower(hostname)
	}
	if publicURL != "" {
		u, err := url.Parse(publicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !plainHost(u.Host) {
			return names{}, fmt.Errorf("the public URL %q is not an address like https://chat.example or https://example.org/chat", publicURL)
		}
		n.scheme, n.host = u.Scheme, withoutDefaultPort(u.Host, u.Scheme)
		n.prefix = strings.TrimRight(u.Path, "/")
	}
	if sshPort != 0 {
		n.sshPort = strconv.Itoa(sshPort)
	}
	if publicSSH != "" {
		n.sshHost, n.sshPort = publicSSH, "22"
		if host, port, err := net.SplitHostPort(publicSSH); err == nil {
			n.sshHost, n.sshPort = host, port
		}
	}
	return n, nil
}

// check refuses requests that are not meant for this server, or that a page of
// another one made.
func (n names) check(r *http.Request) error {
	if !n.own(r) {
		return errors.New("this server doesn't go by that name; whoever runs it can say its name with --public-url, and a proxy in front of it has to pass the header Host on (in nginx: proxy_set_header Host $http_host;)")
	}
	origin := r.Header.Values("Origin")
	if len(origin) == 0 {
		return nil // no page of anybody's
	}
	u, err := url.Parse(origin[0])
	if err == nil && len(origin) == 1 && (u.Scheme == "http" || u.Scheme == "https") {
		switch {
		case n.host == "" && withoutDefaultPort(u.Host, u.Scheme) == withoutDefaultPort(r.Host, u.Scheme):
			return nil
		case n.host != "" && u.Scheme == n.scheme && withoutDefaultPort(u.Host, u.Scheme) == n.host:
			return nil
		}
	}
	return errors.New("pages of other sites can't talk to this server; if this is its own page, a proxy on the way leaves the header Host out (in nginx: proxy_set_header Host $http_host;)")
}

// own reports whether a request's Host is a name of this server.
func (n names) own(r *http.Request) bool {
	if n.host != "" {
		return withoutDefaultPort(r.Host, n.scheme) == n.host
	}
	if !plainHost(r.Host) {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(hostOf(r.Host)), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if host == n.hostname || !strings.Contains(host, ".") {
		return host != ""
	}
	for _, suffix := range []string{
		".localhost", ".test", // RFC 6761
		".local",     // RFC 6762
		".home.arpa", // RFC 8375
		".internal",  // reserved by ICANN in 2024
		".lan",       // not in the public DNS, and what many home routers use
	} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// base is this server's address as the browser knows it, without a slash at
// its end.
func (n names) base(r *http.Request) string {
	switch {
	case n.host != "":
		return n.scheme + "://" + n.host + n.prefix
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// ssh is the host and the port of an ssh command, and the command up to the
// room. All are empty without an ssh door; port is empty when it is 22.
func (n names) ssh(r *http.Request) (host, port, command string) {
	if n.sshPort == "" {
		return "", "", ""
	}
	host, port = n.sshHost, n.sshPort
	if host == "" {
		host = hostOf(r.Host)
		if n.host != "" {
			host = hostOf(n.host)
		}
	}
	if port == "22" {
		return host, "", "ssh -t " + host
	}
	return host, port, "ssh -t -p " + port + " " + host
}

// hostOf is a Host without its port and brackets.
func hostOf(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

func withoutDefaultPort(host, scheme string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// plainHost reports whether host has only what names, addresses and ports are
// made of, so that it can stand in a header, a page and a command.
func plainHost(host string) bool {
	return host != "" && !strings.HasPrefix(host, "-") && strings.TrimFunc(host, func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-:[]", r)
	}) == ""
}
