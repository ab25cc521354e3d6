package sshsrv

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sotto/rooms"

	gossh "golang.org/x/crypto/ssh"
)

// HostKeyEnv is where the host key is taken from when it is said to be in the
// environment: a private key as ssh-keygen writes it, without a passphrase.
const HostKeyEnv = "SOTTO_HOST_KEY_PEM"

// HostKey returns the key by which clients know this server again. from is
// "memory" for one that dies with the process, "env" for the one in
// [HostKeyEnv], and otherwise the file that holds it; empty means
// [defaultHostKeyFile]. A file that isn't there is made, with a new Ed25519 key
// and mode 0600. The error is a sentence that names the file.
func HostKey(from string) (gossh.Signer, error) {
	switch from {
	case "memory":
		signer, _, err := generateHostKey()
		return signer, err
	case "env":
		text := os.Getenv(HostKeyEnv)
		if text == "" {
			return nil, fmt.Errorf("the host key should be in %s, but that is not set", HostKeyEnv)
		}
		signer, err := gossh.ParsePrivateKey([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("%s does not hold a private key that can be used: %s", HostKeyEnv, reason(err))
		}
		return signer, nil
	case "":
		file, err := defaultHostKeyFile()
		if err != nil {
			return nil, err
		}
		from = file
	}
	return hostKeyFile(from)
}

// defaultHostKeyFile is sotto/host_ed25519 in the user's state directory
// ($XDG_STATE_HOME, or ~/.local/state).
func defaultHostKeyFile() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // the XDG specification says to ignore others
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("there is no home directory to keep the host key in: name a file with --host-key, or use --host-key memory")
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "sotto", "host_ed25519"), nil
}

func hostKeyFile(name string) (gossh.Signer, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return makeHostKeyFile(name)
	}
	if err != nil {
		return nil, fmt.Errorf("can't read the host key %s: %w", name, rooms.Cause(err))
	}
	signer, err := gossh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("can't use the host key %s: %s", name, reason(err))
	}
	return signer, nil
}

// makeHostKeyFile makes a key and writes it where none is. A file that appears
// at the same time, by another sotto, is taken instead.
func makeHostKeyFile(name string) (gossh.Signer, error) {
	signer, text, err := generateHostKey()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("can't make the directory for the host key %s: %w", name, rooms.Cause(err))
	}
	// Written whole under another name first: nobody ever reads half a key.
	temporary, err := os.CreateTemp(filepath.Dir(name), ".host-key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("can't write the host key %s: %w", name, rooms.Cause(err))
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return nil, fmt.Errorf("can't write the host key %s: %w", name, rooms.Cause(err))
	}
	switch err := os.Link(temporary.Name(), name); {
	case err == nil:
		return signer, nil
	case errors.Is(err, fs.ErrExist):
		return hostKeyFile(name)
	default:
		return nil, fmt.Errorf("can't write the host key %s: %w", name, rooms.Cause(err))
	}
}

// generateHostKey returns a new key, and its file's text.
func generateHostKey() (gossh.Signer, []byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("can't make a host key: %w", err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		return nil, nil, fmt.Errorf("can't make a host key: %w", err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("can't make a host key: %w", err)
	}
	return signer, pem.EncodeToMemory(block), nil
}

// reason says why a key can't be used, without quoting any of it.
func reason(err error) string {
	var locked *gossh.PassphraseMissingError
	if errors.As(err, &locked) {
		return "it is protected by a passphrase"
	}
	return "it is not a private key as ssh-keygen writes it"
}
