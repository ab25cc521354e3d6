package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestClusterKeyCommand(t *testing.T) {
	printed := func() string {
		var out strings.Builder
		if err := run([]string{"cluster-key"}, &out, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	first := printed()
	key, err := parseClusterKey(first, "it")
	if err != nil || key.String()+"\n" != first {
		t.Errorf("%q is read as %q, %v", first, key, err)
	}
	if first == printed() {
		t.Error("the same key twice")
	}
}

// A key is taken from the file that is named, or the environment, or a credential, in
// this order; and every mistake is a sentence that does not say what was found.
func TestClusterKeyIsRead(t *testing.T) {
	dir := t.TempDir()
	one, two, three := clusterKey{1}, clusterKey{2}, clusterKey{3}
	write := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil { // whatever the umask is
			t.Fatal(err)
		}
		return file
	}
	good := write("good", one.String()+"\n", 0o600)
	write("credentials/cluster-key", three.String(), 0o400)
	for _, c := range []struct {
		name, file, env, credentials string
		want                         clusterKey
		says                         string
	}{
		{name: "a file", file: good, env: two.String(), credentials: "credentials", want: one},
		{name: "the group may read it", file: write("group", one.String(), 0o640), want: one},
		{name: "the environment", env: two.String(), credentials: "credentials", want: two},
		{name: "a credential", credentials: "credentials", want: three},
		{name: "nothing", says: "sotto cluster-key"},
		{name: "other credentials", credentials: "elsewhere", says: "sotto cluster-key"},
		{name: "no file", file: filepath.Join(dir, "none"), says: filepath.Join(dir, "none") + ": no such file"},
		{name: "a folder", file: dir, says: dir},
		{name: "everybody reads it", file: write("open", one.String(), 0o644), says: "chmod 600"},
		{name: "everybody writes it", file: write("writable", one.String(), 0o602), says: "chmod 600"},
		{name: "empty", file: write("empty", "\n", 0o600), says: "has 0 bytes"},
		{name: "too short", file: write("short", one.String()[:32], 0o600), says: "has 24 bytes"},
		{name: "too long", file: write("long", one.String()+one.String()[:5], 0o600), says: "has 36 bytes"},
		{name: "much too long", file: write("huge", strings.Repeat("A", 1<<20), 0o600), says: "has 768 bytes"},
		{name: "two lines", file: write("lines", one.String()[:40]+"\n"+one.String()[40:], 0o600), says: "is no key"},
		{name: "other letters", file: write("padded", strings.Repeat("+", 43), 0o600), says: "is no key"},
		{name: "another spelling", file: write("loose", one.String()[:42]+"B", 0o600), says: "is no key"},
		{name: "noise in the environment", env: "hunter2 hunter2", says: clusterKeyEnv + " is no key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv(clusterKeyEnv, c.env)
			t.Setenv("CREDENTIALS_DIRECTORY", "")
			if c.credentials != "" {
				t.Setenv("CREDENTIALS_DIRECTORY", filepath.Join(dir, c.credentials))
			}
			key, err := readClusterKey(c.file)
			switch {
			case c.says == "" && (err != nil || key != c.want):
				t.Errorf("%v, %v", key, err)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("%v does not say %q", err, c.says)
			case err != nil && (strings.Contains(err.Error(), one.String()[:20]) || strings.Contains(err.Error(), "hunter2")):
				t.Errorf("what was found is told: %v", err)
			}
		})
	}
}
