//go:build e2e && prove

package prove

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

// Machines of other sizes come back, too: after those who hoard have gone, whoever comes
// by any door gets in, and the memory is back within ten seconds.
func TestBackWhateverTheLimit(t *testing.T) {
	for _, limit := range []int{96 << 20, 160 << 20, 448 << 20} {
		t.Run(fmt.Sprintf("%.0f MiB", mib(limit)), func(t *testing.T) {
			cmd := exec.Command(e2e.StaticBinary(t), e2e.ServeArgs("--say-rate=50", "--trusted-proxy="+proxy)...)
			cmd.Env = append(os.Environ(), fmt.Sprint("GOMEMLIMIT=", limit))
			s := e2e.StartCommand(t, cmd)
			rest, err := memoryOf(s)
			must(t, err)
			arrivals := newcomers{s: s, room: "den"}
			for _, attack := range []string{"screens of one source that hoard", "screens of five sources that hoard", "pipes that hoard"} {
				strike, err := elsewhere(s, attack)
				must(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), attackFor())
				defer cancel()
				most := watchMemory(ctx, s)
				must(t, strike(ctx))
				<-ctx.Done()
				ended := time.Now()
				for range 3 { // by each door
					must(t, arrivals.another())
				}
				after, err := settles(s, rest+lasting, backWithin-time.Since(ended))
				must(t, err)
				t.Logf("%s: %.1f MiB at most, %.1f MiB larger after %v; newcomers in within %v", attack, mib(<-most), mib(after-rest),
					time.Since(ended).Round(100*time.Millisecond), percentile(arrivals.waits, 100))
				if after > rest+lasting {
					t.Errorf("%s: %v later memory is %.1f MiB larger", attack, backWithin, mib(after-rest))
				}
			}
		})
	}
}
