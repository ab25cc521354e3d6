package native

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
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
	h.connect, h.ssh = door.connect, door
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
// a terminal it asks for it until it is one, and what is typed is not shown.
func ReadAddress(ctx context.Context, in, prompts *os.File) (a Address, err error) {
	const prompt = "The link (it is not shown): "
	err = question{prompt, linkBegun, func(line string) (again string, err error) {
		a, err = ParseAddress(line)
		return prompt, err
	}}.put(ctx, in, prompts)
	return a, err
}

// ReadWords asks for the words that open a sealed room, and returns its secret. A word
// that is none is asked for anew, and the others are kept. From what is no terminal it
// reads one line. The error is a sentence.
func ReadWords(ctx context.Context, in, prompts *os.File) (seal.Secret, error) {
	var p passphrase
	all := fmt.Sprintf("The %d words (they are not shown): ", seal.PassphraseWords)
	if err := (question{all, p.begun, p.try}).put(ctx, in, prompts); err != nil {
		return seal.Secret{}, err
	}
	return seal.PassphraseSecret(p.words)
}

// passphrase are the words of a room while they are asked for.
type passphrase struct {
	typed []string
	wrong *seal.WrongWord // the one that is asked for; nil: all of them, or the rest
	words string          // once they are right
}

// begun reports whether a line lacks words.
func (p *passphrase) begun(line string) bool {
	return p.wrong == nil && len(p.typed)+len(seal.PassphraseFields(line)) < seal.PassphraseWords
}

func (p *passphrase) try(line string) (again string, err error) {
	said := seal.PassphraseFields(line)
	switch {
	case len(said) >= seal.PassphraseWords: // anew, whatever was asked
		p.typed = said
	case p.wrong != nil:
		at := p.wrong.Number - 1
		switch {
		case len(said) > 0:
		case p.wrong.Near != "":
			said = []string{p.wrong.Near}
		default:
			said = p.typed[at : at+1]
		}
		p.typed = slices.Concat(p.typed[:at], said, p.typed[at+1:])
	default:
		p.typed = append(p.typed, said...)
	}
	p.wrong = nil
	p.words, err = seal.ParsePassphrase(strings.Join(p.typed, " "))
	have := len(p.typed)
	switch {
	case errors.As(err, &p.wrong) && p.wrong.Near != "":
		again = fmt.Sprintf("Enter for that, or word %d (it is not shown): ", p.wrong.Number)
	case p.wrong != nil:
		again = fmt.Sprintf("Word %d (it is not shown): ", p.wrong.Number)
	case have > seal.PassphraseWords:
		p.typed = nil
		again = fmt.Sprintf("The %d words (they are not shown): ", seal.PassphraseWords)
	case have > 0:
		again = fmt.Sprintf("The rest, or all %d anew (they are not shown): ", seal.PassphraseWords)
	default:
		again = fmt.Sprintf("The %d words (they are not shown): ", seal.PassphraseWords)
	}
	return again, err
}
