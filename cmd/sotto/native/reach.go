package native

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"sotto/webbridge/client"
)

// reach finds out how to connect to the address's server. Of an ssh server, the
// key is checked now, while the terminal can still be used for a question.
func (v Visit) reach(ctx context.Context) (*host, error) {
	server := v.Address.Server
	h := &host{server: Address{Server: server}, links: make(map[string]string)}
	if server.Scheme != "ssh" {
		var err error
		h.connect, err = client.WebSocket(server.String(), &http.Client{Transport: transport()})
		return h, err
	}
	keys, err := loadHostKeys()
	if err != nil {
		return nil, err
	}
	door := newSSHDoor(server.Host, keys)
	h.connect = door.connect
	ctx, cancel := context.WithTimeout(ctx, enterTimeout)
	defer cancel()
	switch first, err := door.handshake(ctx); {
	case err == nil:
		_ = first.Close() // says only that it was closed already
	case keys.refusal() == nil || !isTerminal(v.In, v.Err):
		return nil, err
	default:
		if err := keys.settle(func(fingerprint string) bool { return v.ask(door.address, fingerprint) }); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// transport makes plain connections, with no proxy but the environment's and no
// cookies. Connections are not kept: each is a WebSocket.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{}).DialContext,
		DisableKeepAlives:   true,
		DisableCompression:  true,
		TLSHandshakeTimeout: enterTimeout,
	}
}

// ask shows the key of an unknown server and waits for a yes or a no.
func (v Visit) ask(host, fingerprint string) bool {
	fmt.Fprintf(v.Err, "The server %s is not in known_hosts. Its key is\n  %s\nIs that the right one? It is not written down. (yes/no) ", host, fingerprint)
	for {
		switch strings.ToLower(strings.TrimSpace(readLine(v.In))) {
		case "yes":
			return true
		case "no", "":
			return false
		}
		fmt.Fprint(v.Err, "Please type yes or no: ")
	}
}

// ReadAddress reads an address from the first line of in, and not a byte more. At
// a terminal it asks for it, and what is typed is not shown.
func ReadAddress(in, prompts *os.File) (Address, error) {
	if !isTerminal(in, prompts) {
		return ParseAddress(readLine(in))
	}
	fmt.Fprint(prompts, "The link (it is not shown): ")
	line, err := term.ReadPassword(in.Fd())
	fmt.Fprintln(prompts)
	if err != nil {
		return Address{}, errAddress
	}
	return ParseAddress(string(line))
}

// readLine reads one line and not a byte more: what follows is for the room. The
// end of input is an empty line.
func readLine(from *os.File) string {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := from.Read(b); err != nil || b[0] == '\n' {
			return string(line)
		}
		line = append(line, b[0])
	}
}
