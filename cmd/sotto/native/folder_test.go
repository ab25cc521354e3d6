package native

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A file that is taken is hidden until it is whole, and takes nothing's place.
func TestFolderKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plan.pdf"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	for _, want := range []string{"plan (2).pdf", "plan (3).pdf"} {
		sink, err := f.Create("plan.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sink.Write([]byte("theirs")); err != nil {
			t.Fatal(err)
		}
		for _, name := range names(t, dir) {
			if strings.HasPrefix(name, ".") == slices.Contains([]string{"plan.pdf", "plan (2).pdf"}, name) {
				t.Errorf("%s is in the way", name)
			}
		}
		if saved, err := sink.Keep(); err != nil || saved != filepath.Join(dir, want) {
			t.Errorf("saved as %q, %v", saved, err)
		}
		if text, err := os.ReadFile(filepath.Join(dir, want)); err != nil || string(text) != "theirs" {
			t.Errorf("%s has %q, %v", want, text, err)
		}
	}
	dropped, err := f.Create("plan.pdf")
	if err != nil {
		t.Fatal(err)
	}
	dropped.Drop()
	if have := names(t, dir); !slices.Equal(have, []string{"plan (2).pdf", "plan (3).pdf", "plan.pdf"}) {
		t.Errorf("the folder has %q", have)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "plan.pdf")); string(text) != "mine" {
		t.Errorf("what was there is now %q", text)
	}
}

// Nothing leaves the folder, whatever a name says or a link in it points to.
func TestFolderIsNotLeft(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	f, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if runtime.GOOS != "windows" {
		if err := os.Symlink(filepath.Join(outside, "target"), filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"../escaped", "link", filepath.Join(outside, "absolute")} {
		sink, err := f.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		saved, err := sink.Keep()
		if err == nil && saved != filepath.Join(dir, "link (2)") {
			t.Errorf("%q is saved as %q", name, saved)
		}
	}
	if have := names(t, outside); len(have) > 0 {
		t.Errorf("outside are %q", have)
	}
	for _, name := range names(t, dir) {
		if strings.HasSuffix(name, ".part") {
			t.Errorf("%s was left", name)
		}
	}
}

func TestFolderRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := openFolder(filepath.Join(dir, "nothing")); err == nil || strings.Contains(err.Error(), dir) {
		t.Errorf("a folder that is not there: %v", err)
	}
	none, err := openFolder("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.Create("plan.pdf"); err != errNoFolder {
		t.Errorf("without a folder: %v", err)
	}
	for path, want := range map[string]string{dir: "it is a folder", os.DevNull: "it is not a file", filepath.Join(dir, "nothing"): "no such file or directory"} {
		if _, _, _, err := none.Open(path); err == nil || err.Error() != want+": "+path {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
