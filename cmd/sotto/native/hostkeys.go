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
}

// keyError says why a server's key is not believed, and what to do.
type keyError struct{ text string }

func (e *keyError) Error() string { return e.text }

func distrust(format string, values ...any) *keyError {
	return &keyError{fmt.Sprintf(format, values...)}
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

// unasked reports whether the last key that was refused is one that known_hosts
// does not have, and a person could say yes to.
func (k *hostKeys) unasked() (fingerprint string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stranger == nil {
		return "", false
	}
	return ssh.FingerprintSHA256(k.stranger), true
}

// accept believes that key from now on, and no other.
func (k *hostKeys) accept() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.accepted, k.stranger = k.stranger.Marshal(), nil
}

// check is the [ssh.HostKeyCallback].
func (k *hostKeys) check(host string, remote net.Addr, key ssh.PublicKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if bytes.Equal(k.accepted, key.Marshal()) {
		return nil
	}
	k.stranger = nil
	if why := k.judge(host, remote, key); why != nil {
		return why
	}
	return nil
}

func (k *hostKeys) judge(host string, remote net.Addr, key ssh.PublicKey) *keyError {
	fingerprint := ssh.FingerprintSHA256(key)
	err := k.known(host, remote, key)
	var unknown *knownhosts.KeyError
	switch {
	case err == nil && k.accepted == nil:
		return nil
	case err == nil || k.accepted != nil:
		return distrust("this is not the server that we began with: its key is now %s. Somebody may stand in between, so nothing was sent to it. If the server has a new key, join again, and compare it when you are asked", fingerprint)
	case !errors.As(err, &unknown):
		return distrust("the server's key %s is marked as revoked in known_hosts. Somebody may stand in between, so nothing was sent to it. Ask whoever runs the server for its new key", fingerprint)
	case len(unknown.Want) > 0:
		return distrust("the server's key is %s, and known_hosts has another one for it. Somebody may stand in between, so nothing was sent to it. If the server has a new key, take the old one out: ssh-keygen -R %q", fingerprint, knownhosts.Normalize(host))
	}
	k.stranger = key
	return distrust("the server's key %s is not in known_hosts, and there is no terminal to ask whether it is right; connect once with ssh, which writes it down", fingerprint)
}
