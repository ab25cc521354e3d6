package sshsrv

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

func TestHostKeyFileIsMadeOnce(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	t.Setenv("XDG_STATE_HOME", state)
	keys := make([]gossh.Signer, 8)
	var together sync.WaitGroup
	for i := range keys { // several that start at once agree
		together.Go(func() { keys[i], _ = HostKey("") })
	}
	together.Wait()
	again, err := HostKey("")
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range keys {
		if key == nil || !bytes.Equal(key.PublicKey().Marshal(), again.PublicKey().Marshal()) {
			t.Errorf("start %d has another key", i)
		}
	}
	if got := again.PublicKey().Type(); got != gossh.KeyAlgoED25519 {
		t.Errorf("the key is of type %s", got)
	}
	if print := gossh.FingerprintSHA256(again.PublicKey()); !strings.HasPrefix(print, "SHA256:") {
		t.Errorf("its fingerprint is %s", print)
	}
	info, err := os.Stat(filepath.Join(state, "sotto", "host_ed25519"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("its file has mode %v", info.Mode())
	}
	files, err := os.ReadDir(filepath.Join(state, "sotto"))
	if err != nil || len(files) != 1 {
		t.Errorf("beside it are %v, %v", files, err)
	}
}

func TestHostKeyElsewhere(t *testing.T) {
	a, b := memoryKey(t), memoryKey(t)
	if bytes.Equal(a.PublicKey().Marshal(), b.PublicKey().Marshal()) {
		t.Error("two keys in memory are the same")
	}
	file := filepath.Join(t.TempDir(), "key")
	inFile, err := HostKey(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(HostKeyEnv, string(text))
	inEnv, err := HostKey("env")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(inFile.PublicKey().Marshal(), inEnv.PublicKey().Marshal()) {
		t.Error("the environment holds another key than the file it came from")
	}
}

// Every failure is a sentence that names the file and holds nothing of it.
func TestHostKeyTrouble(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	tests := map[string]struct{ from, env, names string }{
		"no key":          {write("empty", ""), "", "empty"},
		"something else":  {write("canary", "canary canary"), "", filepath.Join(dir, "canary")},
		"a directory":     {dir, "", dir},
		"below a file":    {filepath.Join(write("file", ""), "key"), "", "key"},
		"env not set":     {"env", "", HostKeyEnv},
		"env without key": {"env", "canary", HostKeyEnv},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv(HostKeyEnv, test.env)
			_, err := HostKey(test.from)
			if err == nil {
				t.Fatal("it is taken")
			}
			if s := err.Error(); !strings.Contains(s, test.names) || strings.Contains(s, "canary canary") {
				t.Errorf("it is refused by %q", s)
			}
		})
	}
}
