package client

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"sotto/rooms"
)

// What makes nginx pass the headers on; docs/OPERATING.md has it in its place.
const (
	mendUpgrade = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`
	mendHost    = "proxy_set_header Host $http_host;"
)

// maxAnswer is how much is read of an answer that is no WebSocket, in bytes: what a
// sotto server says is less.
const maxAnswer = 1024

var (
	askedHost = regexp.MustCompile(`(?m)^Host: (\S+)$`)
	lacking   = regexp.MustCompile(`came without the header (Upgrade|Connection):`)
)

// diagnose says why what answered at a socket's address did not open it: from how it
// was asked, which a sotto server tells, one sees what a proxy on the way leaves out.
// The twin of diagnosis.js, which has no status 426 and so no header's name.
func diagnose(socket string, answer *http.Response) error {
	head, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer)) // what came of it is enough
	body := string(head)
	u, err := url.Parse(socket)
	if err != nil {
		return err
	}
	status := rooms.CleanTopic(answer.Status)
	asked := askedHost.FindStringSubmatch(body)
	lacks := lacking.FindStringSubmatch(body)
	switch {
	case lacks != nil:
		return because("the server answers, but no WebSocket reaches it: a proxy on the way leaves out the header %s. Whoever runs it can mend that; in nginx: %s", lacks[1], mendUpgrade)
	case asked != nil && !sameHost(asked[1], u):
		return because("the server was asked for as %s and not as %s: a proxy on the way leaves out the header Host. Whoever runs it can mend that; in nginx: %s", rooms.CleanTopic(asked[1]), u.Host, mendHost)
	case asked != nil:
		return because("the server is not called %s, and takes nobody who asks for it by that name", u.Host)
	case answer.StatusCode == http.StatusServiceUnavailable, answer.StatusCode == http.StatusBadGateway, answer.StatusCode == http.StatusGatewayTimeout:
		return because("the server is not there just now: the answer was %s", status)
	}
	return because("what answers at %s is not the server's WebSocket (%s): either there is no sotto at that address, or a proxy on the way has to pass %s on, too", u.Host+u.Path, status, u.Path)
}

// sameHost reports whether a Host is a URL's, with or without the port that its scheme
// has anyway.
func sameHost(host string, u *url.URL) bool {
	plain := func(host string) string {
		port := map[string]string{"ws": ":80", "wss": ":443"}[u.Scheme]
		return strings.TrimSuffix(strings.ToLower(host), port)
	}
	return plain(host) == plain(u.Host)
}
