package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"sotto/rooms"
)

// clusterKey is what all nodes of a cluster have and nobody else.
type clusterKey [32]byte

// String is the key as it is written: 43 characters, as secrets of rooms are.
func (k clusterKey) String() string { return base64.RawURLEncoding.EncodeToString(k[:]) }

// Where a cluster's key is beside a file that is named: in the environment, or among what
// systemd hands to a service (LoadCredential=cluster-key:…).
const (
	clusterKeyEnv        = "SOTTO_CLUSTER_KEY"
	clusterKeyCredential = "cluster-key"
)

// clusterKeyCommand is `sotto cluster-key`.
type clusterKeyCommand struct{}

// Run prints a new key.
func (clusterKeyCommand) Run(to streams) error {
	var key clusterKey
	rand.Read(key[:]) // never fails
	_, err := fmt.Fprintln(to.out, key)
	return err
}

// credentialFile is the file of a systemd credential, or "" if there is none.
func credentialFile() string {
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	if folder == "" {
		return ""
	}
	file := filepath.Join(folder, clusterKeyCredential)
	if _, err := os.Lstat(file); err != nil {
		return ""
	}
	return file
}

// readClusterKey returns the key from the file that was named, or else from where it is
// without one. No error says what it found there.
func readClusterKey(file string) (clusterKey, error) {
	if file == "" && os.Getenv(clusterKeyEnv) != "" {
		return parseClusterKey(os.Getenv(clusterKeyEnv), clusterKeyEnv)
	}
	if file == "" {
		file = credentialFile()
	}
	if file == "" {
		return clusterKey{}, errNoClusterKey
	}
	text, err := readSecret(file)
	if err != nil {
		return clusterKey{}, err
	}
	return parseClusterKey(text, "the cluster key "+file)
}

var errNoClusterKey = errors.New("--redis needs the key that all nodes share: in a file, by --cluster-key, in " + clusterKeyEnv +
	", or as the systemd credential " + clusterKeyCredential + "; sotto cluster-key makes one")

// maxSecretBytes is how much of a file is looked at: a key, and more blank space than
// anybody leaves around it.
const maxSecretBytes = 1 << 10

// readSecret reads a file that not everybody on this machine may.
func readSecret(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("can't read the cluster key %s: %w", name, rooms.Cause(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("can't read the cluster key %s: %w", name, rooms.Cause(err))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 { // there the bits say nothing of others
		return "", fmt.Errorf("everybody on this machine may read or change the cluster key %s: take that away (chmod 600), and make a new key if somebody may have read it", name)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecretBytes))
	if err != nil {
		return "", fmt.Errorf("can't read the cluster key %s: %w", name, rooms.Cause(err))
	}
	return string(text), nil
}

// parseClusterKey reads what [clusterKey.String] wrote. Blank space around it means nothing.
func parseClusterKey(text, where string) (key clusterKey, err error) {
	text = strings.TrimSpace(text)
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	switch {
	case err != nil || len(text) != base64.RawURLEncoding.EncodedLen(len(b)): // line breaks are overlooked
		return key, fmt.Errorf("%s is no key as sotto cluster-key prints it: %d letters, digits, - and _", where, base64.RawURLEncoding.EncodedLen(len(key)))
	case len(b) != len(key):
		return key, fmt.Errorf("%s has %d bytes, and a key has %d: make one with sotto cluster-key", where, len(b), len(key))
	}
	return clusterKey(b), nil
}
