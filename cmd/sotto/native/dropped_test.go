package native

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file is found by its path as it is, as terminals insert it, and as a person quotes
// it; and whatever its name is made of, its very path comes first.
func TestDroppedPaths(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	f := &folder{}
	for _, name := range []string{
		"plan.pdf", "my file.txt", "it's.txt", `say "hi".txt`, `a\b.txt`, "50% $HOME `x` & co (2).txt", "'quoted'.txt", "día 日本 👍.txt", "a  b#c?d.txt",
	} {
		path := filepath.Join(home, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		var escaped, inDouble, percent strings.Builder
		for _, r := range path {
			if r < 0x80 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-", r) {
				escaped.WriteByte('\\')
			}
			escaped.WriteRune(r)
			if strings.ContainsRune("$`\"\\", r) {
				inDouble.WriteByte('\\')
			}
			inDouble.WriteRune(r)
			if strings.ContainsRune(" %#?\"'", r) {
				percent.WriteString("%" + string("0123456789ABCDEF"[r>>4]) + string("0123456789ABCDEF"[r&15]))
			} else {
				percent.WriteRune(r)
			}
		}
		single := "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
		words := []string{
			path, "~/" + name, single, `"` + inDouble.String() + `"`, escaped.String(),
			"'file://" + percent.String() + "'", `"file://localhost` + strings.ReplaceAll(percent.String(), "`", "\\`") + `"`,
		}
		if strings.ContainsAny(name, "$\\") {
			words = words[:5] // an address would not have them as they are
		}
		for _, word := range words {
			content, got, size, err := f.Open(word)
			if err != nil || got != name || size != uint64(len(name)) {
				t.Errorf("%s: %q, %d bytes, %v", word, got, size, err)
				continue
			}
			content.Close()
		}
	}
	// Both are there: the one whose very path it is.
	for _, name := range []string{"my file", `my\ file`, "'my file'"} {
		if err := os.WriteFile(filepath.Join(home, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(home)
	for _, name := range []string{"my file", `my\ file`, "'my file'"} {
		if content, got, _, err := f.Open(name); err != nil || got != name {
			t.Errorf("%s: %q, %v", name, got, err)
		} else {
			content.Close()
		}
	}
	// What is not there is named as it was looked for.
	for word, tried := range map[string]string{
		`'/no where/x'`: "/no where/x", `/no\ where/x`: "/no where/x", "~/no where": filepath.Join(home, "no where"), `'~/no where'`: filepath.Join(home, "no where"),
		`'/a' '/b'`: `'/a' '/b'`, `'/unfinished`: `'/unfinished`, `/unfinished\`: `/unfinished\`, "file://elsewhere/x": "file://elsewhere/x", "file:///no%20where": "/no where",
	} {
		if _, _, _, err := f.Open(word); err == nil || err.Error() != "no such file or directory: "+tried {
			t.Errorf("%s: %v", word, err)
		}
	}
	if path, ok := unquoted(`"C:\my files\plan.pdf"`, false); !ok || path != `C:\my files\plan.pdf` {
		t.Errorf("where backslashes part folders: %q, %v", path, ok)
	}
}
