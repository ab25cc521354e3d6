package lockdown

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSwapForbiddenByAnyGroupAround(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits map[string]string
		group  string
		want   bool
	}{
		{"nowhere", map[string]string{"a/memory.swap.max": "max"}, "/a/b", false},
		{"by itself", map[string]string{"a/b/memory.swap.max": "0\n"}, "/a/b", true},
		{"by the one around", map[string]string{"a/memory.swap.max": "0", "a/b/memory.swap.max": "max"}, "/a/b", true},
		{"by a container's own root", map[string]string{"memory.swap.max": "0"}, "/", true},
		{"only a limit", map[string]string{"a/memory.swap.max": "4096"}, "/a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			for name, limit := range c.limits {
				file := filepath.Join(root, name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(limit), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got := swapForbidden(root, c.group); got != c.want {
				t.Errorf("swap is forbidden: %v", got)
			}
		})
	}
}
