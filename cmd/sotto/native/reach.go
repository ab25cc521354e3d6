package native

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"sotto/rooms/seal"
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
	asking := ctx
	ctx, cancel := context.WithTimeout(ctx, enterTimeout)
	defer cancel()
	first, err := door.handshake(ctx)
	fingerprint, unasked := keys.unasked()
	switch {
	case err == nil:
		_ = first.Close() // says only that it was closed already
		return h, nil
	case !unasked || !isTerminal(v.In, v.Err):
		return nil, err
	}
	// Asking was left until now because a server waits for a handshake, but not for
	// a person.
	switch yes, err := v.ask(asking, door.address, fingerprint); {
	case err != nil:
		return nil, err
	case !yes:
		return nil, errNotAccepted
	}
	keys.accept()
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
func (v Visit) ask(ctx context.Context, host, fingerprint string) (yes bool, err error) {
	fmt.Fprintf(v.Err, "The server %s is not in known_hosts. Its key is\n  %s\nIs that the right one? It is not written down. (yes/no) ", host, fingerprint)
	for {
		line, err := readLine(ctx, v.In)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "yes":
			return true, nil
		case "no", "":
			return false, nil
		}
		fmt.Fprint(v.Err, "Please type yes or no: ")
	}
}

// ReadAddress reads an address from the first line of in, and not a byte more. At
// a terminal it asks for it, and what is typed is not shown.
func ReadAddress(ctx context.Context, in, prompts *os.File) (Address, error) {
	line, err := readHidden(ctx, in, prompts, "The link (it is not shown): ")
	if err != nil {
		return Address{}, err
	}
	return ParseAddress(line)
}

// ReadWords asks for the words that open a sealed room, and returns its secret. From
// what is no terminal it reads one line. The error is a sentence.
func ReadWords(ctx context.Context, in, prompts *os.File) (seal.Secret, error) {
	typed, err := readHidden(ctx, in, prompts, fmt.Sprintf("The %d words (they are not shown): ", seal.PassphraseWords))
	if err != nil {
		return seal.Secret{}, err
	}
	words, err := seal.ParsePassphrase(typed)
	if err != nil {
		return seal.Secret{}, err
	}
	return seal.PassphraseSecret(words)
}
