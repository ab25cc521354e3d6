package native

import (
	"crypto/ed25519"
	"crypto/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func newKey(t *testing.T) ssh.PublicKey {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestHostKeys(t *testing.T) {
	const host = "127.0.0.1:2222"
	there := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2222}
	right, wrong := newKey(t), newKey(t)
	yes := func(string) bool { return true }
	no := func(string) bool { return false }
	known := knownhosts.Line([]string{knownhosts.Normalize(host)}, right) + "\n"
	tests := []struct {
		name  string
		lines string
		key   ssh.PublicKey
		ask   func(string) bool // nil: nobody is asked
		want  string            // of the refusal; empty: it is believed
	}{
		{"known", known, right, nil, ""},
		{"changed", known, wrong, nil, "another one"},
		{"changed, and a yes", known, wrong, yes, "another one"},
		{"unknown, nobody to ask", "", right, nil, "not in known_hosts"},
		{"unknown, yes", "", right, yes, ""},
		{"unknown, no", "", right, no, "not accepted"},
		{"revoked", "@revoked " + known, right, yes, "revoked"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("HOME", t.TempDir())
			folder := filepath.Join(os.Getenv("HOME"), ".ssh")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, "known_hosts"), []byte(test.lines), 0o600); err != nil {
				t.Fatal(err)
			}
			k, err := loadHostKeys()
			if err != nil {
				t.Fatal(err)
			}
			err = k.check(host, there, test.key)
			if _, unasked := k.unasked(); unasked && test.ask != nil {
				if err = errNotAccepted; test.ask("") {
					k.accept()
					err = nil
				}
			}
			switch {
			case test.want == "" && err != nil:
				t.Fatalf("refused: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Fatalf("have %v, want %q", err, test.want)
			}
			if test.want != "" {
				return
			}
			// What was believed once is believed again, and nothing else is.
			if err := k.check(host, there, test.key); err != nil {
				t.Errorf("the second time: %v", err)
			}
			if _, unasked := k.unasked(); k.check(host, there, wrong) == nil || unasked {
				t.Error("another key was believed afterwards, or would be on a yes")
			}
		})
	}
}
