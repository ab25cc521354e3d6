//go:build e2e

package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Whoever builds the program from the same source gets the same bytes, wherever
// the source lies.
func TestBuildIsReproducible(t *testing.T) {
	var programs [][]byte
	source := "../../.."
	for _, name := range []string{"here", "somewhere/else"} {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.CopyFS(folder, os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
		source = folder // of what is copied, not of what is edited meanwhile
		build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", "program", "./cmd/sotto")
		build.Dir = folder
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		program, err := os.ReadFile(filepath.Join(folder, "program"))
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, program)
	}
	if !bytes.Equal(programs[0], programs[1]) {
		t.Errorf("two builds differ: %d and %d bytes", len(programs[0]), len(programs[1]))
	}
}
