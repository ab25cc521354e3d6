//go:build e2e

package e2e_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The membership of sealed rooms as a model: no claim fails, and each of the faults
// that are planted in it is found.
func TestSealedModel(t *testing.T) {
	t.Parallel()
	model, err := filepath.Abs("../../../docs/sealed.pml")
	if err != nil {
		t.Fatal(err)
	}
	for fault, claim := range map[string]string{
		"":              "",
		"-DUNCONFIRMED": "assertion violated (state[",
		"-DTWICE":       "assertion violated (stays[",
		"-DDEAF":        "assertion violated ((view[",
	} {
		args := []string{"-run", "-O2", "-DCOLLAPSE", model}
		if fault != "" {
			args = append([]string{fault}, args...)
		}
		spin := exec.Command("spin", args...)
		spin.Dir = t.TempDir()
		out, err := spin.CombinedOutput()
		if !strings.Contains(string(out), "Full statespace search") {
			t.Fatalf("spin %v: %v\n%s", args, err, out)
		}
		found := strings.Contains(string(out), "assertion violated")
		if claim == "" && (found || !strings.Contains(string(out), "errors: 0")) || claim != "" && !strings.Contains(string(out), claim) {
			t.Errorf("with %q planted:\n%s", fault, out)
		}
	}
}
