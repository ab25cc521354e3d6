package native

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys decides which server keys are believed, as OpenSSH does: one that
// known_hosts has, and one that a person says yes to. That yes is kept for this
// run alone. A key that is another than known_hosts has is refused.
type hostKeys struct {
	known ssh.HostKeyCallback

	mu       sync.Mutex
	accepted []byte        // the key that the person said yes to
	stranger ssh.PublicKey // one that nobody was asked about yet
	refused  error         // of the last handshake
}

// loadHostKeys reads the known_hosts files of this person and this machine.
func loadHostKeys() (*hostKeys, error) {
	candidates := []string{"/etc/ssh/ssh_known_hosts"}
	if home, err := os.UserHomeDir(); err == nil {
		candidates = append(candidates, filepath.Join(home, ".ssh", "known_hosts"))
	}
	var files []string
	for _, file := range candidates {
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	known, err := knownhosts.New(files...)
	if err != nil {
		return nil, fmt.Errorf("can't read known_hosts: %w", err)
	}
	return &hostKeys{known: known}, nil
}

// begin forgets why the last handshake was refused.
func (k *hostKeys) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refused = nil
}

// refusal is why the key of the last handshake was refused, if it was.
func (k *hostKeys) refusal() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refused
}

// settle asks about the key that made the last handshake fail, if that is one
// that known_hosts does not have. Asking is left until now because a server waits
// for a handshake, but not for a person.
func (k *hostKeys) settle(ask func(fingerprint string) bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.stranger == nil:
		return k.refused
	case !ask(ssh.FingerprintSHA256(k.stranger)):
		return errors.New("the server's key was not accepted")
	}
	k.accepted, k.stranger = k.stranger.Marshal(), nil
	return nil
}

// check is the [ssh.HostKeyCallback].
func (k *hostKeys) check(host string, remote net.Addr, key ssh.PublicKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if bytes.Equal(k.accepted, key.Marshal()) {
		return nil
	}
	k.refused = k.judge(host, remote, key)
	return k.refused
}

func (k *hostKeys) judge(host string, remote net.Addr, key ssh.PublicKey) error {
	fingerprint := ssh.FingerprintSHA256(key)
	err := k.known(host, remote, key)
	var unknown *knownhosts.KeyError
	switch {
	case err == nil && k.accepted == nil:
		return nil
	case err == nil || k.accepted != nil:
		return fmt.Errorf("this is not the server that we began with: its key is now %s; somebody may stand in between", fingerprint)
	case !errors.As(err, &unknown):
		return fmt.Errorf("the server's key %s is marked as revoked in known_hosts", fingerprint)
	case len(unknown.Want) > 0:
		return fmt.Errorf("the server's key is %s, and known_hosts has another one for it. Somebody may stand in between. If the server has a new key, take the old one out: ssh-keygen -R %q", fingerprint, knownhosts.Normalize(host))
	}
	k.stranger = key
	return fmt.Errorf("the server's key %s is not in known_hosts, and there is no terminal to ask whether it is right; connect once with ssh, which writes it down", fingerprint)
}
