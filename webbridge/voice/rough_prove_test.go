//go:build prove

package voice

import (
	"testing"
	"time"
)

// TestProveRoughNetwork is TestRoughNetwork of ten minutes.
func TestProveRoughNetwork(t *testing.T) {
	for name, hello := range map[string]string{"open": "", "sealed": "hello"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roughly(t, hello, 10*time.Minute)
		})
	}
}
