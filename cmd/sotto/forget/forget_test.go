package forget

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A child of this test binary looks at itself: it checks that it forgets, or measures
// its stacks.
func TestMain(m *testing.M) {
	if os.Getenv("FORGET_STACKS") != "" {
		fmt.Print(smallAfterLarge())
		os.Exit(0)
	}
	if os.Getenv("FORGET_CHECK") != "" {
		if err := Check(); err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// smallAfterLarge is what a goroutine takes of stack that needs none, in bytes, while
// others have large ones.
func smallAfterLarge() uint64 {
	const small = 2000
	done := make(chan struct{})
	var started, running sync.WaitGroup
	begin := func(n, frames int) {
		started.Add(n)
		for range n {
			running.Go(func() {
				deep(frames, func() {
					started.Done()
					<-done
				})
			})
		}
		started.Wait()
	}
	begin(small, 0)
	close(done)
	running.Wait() // what ends is used again, with another stack
	done = make(chan struct{})
	begin(200, 500)
	runtime.GC() // which sees what they need
	stacks := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(stacks)
	before := stacks[0].Value.Uint64()
	begin(small, 0)
	metrics.Read(stacks)
	close(done)
	running.Wait()
	return (stacks[0].Value.Uint64() - before) / small
}

// deep calls do with so many frames on the stack.
//
//go:noinline
func deep(frames int, do func()) int {
	if frames == 0 {
		do()
		return 0
	}
	return deep(frames-1, do) + 1
}

func TestStacksBeginSmall(t *testing.T) {
	measure := func(godebug string) (bytes int) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FORGET_STACKS=1", "GODEBUG="+godebug)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Sscan(string(out), &bytes)
		return bytes
	}
	if small, large := measure(smallStacks), measure(""); small > 6<<10 || large < 2*small {
		t.Errorf("beside large stacks one takes %d bytes, and %d as the runtime has it", small, large)
	}
}

// A child checks itself, once with clobberfree and once without: the check has to tell
// them apart.
func TestCheckTellsClobberfreeApart(t *testing.T) {
	for _, c := range []struct {
		godebug string
		ok      bool
	}{{"", false}, {setting, true}, {"gctrace=0," + setting, true}} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FORGET_CHECK=1", "GODEBUG="+c.godebug)
		out, err := cmd.Output()
		if (err == nil) != c.ok {
			t.Errorf("GODEBUG=%s: %v %s", c.godebug, err, out)
		}
	}
}

func TestRestartKeepsTheEnvironment(t *testing.T) {
	processors := fmt.Sprint("GOMAXPROCS=", runtime.GOMAXPROCS(0))
	const debug = "GODEBUG=clobberfree=1,asyncpreemptoff=1,adaptivestackstart=0,containermaxprocs=0"
	for _, c := range []struct{ in, want []string }{
		{[]string{"A=1"}, []string{"A=1", processors, debug}},
		{[]string{"GODEBUG=", "A=1", "GOMAXPROCS=1"}, []string{"A=1", processors, debug}},
		{[]string{"GODEBUG=gctrace=1"}, []string{processors, "GODEBUG=gctrace=1,clobberfree=1,asyncpreemptoff=1,adaptivestackstart=0,containermaxprocs=0"}},
	} {
		if got := restarted(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%q became %q", c.in, got)
		}
	}
}

// counted runs a keeper on a clock of its own and returns when it collected all,
// counted from the start, and how often it skimmed.
func counted(t *testing.T, story func(k *Keeper, traffic *atomic.Uint64)) (when []time.Duration, skims int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		k := NewKeeper(slog.New(slog.DiscardHandler))
		k.collect = func() {
			time.Sleep(time.Millisecond)
			when = append(when, time.Since(began).Truncate(100*time.Millisecond))
		}
		k.skim = func() { skims++ }
		var traffic atomic.Uint64
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { k.Run(ctx, traffic.Load) })
		story(k, &traffic)
		cancel()
		running.Wait()
	})
	return when, skims
}

func TestKeeperCollects(t *testing.T) {
	second := time.Second
	for _, c := range []struct {
		name  string
		story func(k *Keeper, traffic *atomic.Uint64)
		want  []time.Duration
	}{
		{"never without a reason", func(*Keeper, *atomic.Uint64) { time.Sleep(time.Hour) }, nil},
		{"at once when a room empties", func(k *Keeper, _ *atomic.Uint64) {
			time.Sleep(3 * second)
			k.RoomEmptied()
			time.Sleep(time.Hour)
		}, []time.Duration{3 * second}},
		{"a moment after a connection ended", func(k *Keeper, _ *atomic.Uint64) {
			k.ConnectionEnded()
			time.Sleep(time.Hour)
		}, []time.Duration{letGoWithin}},
		{"not on and on in a storm", func(k *Keeper, _ *atomic.Uint64) {
			for range 100 {
				k.RoomEmptied()
				time.Sleep(20 * time.Millisecond)
			}
			time.Sleep(time.Hour)
		}, []time.Duration{0, second, 2 * second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := counted(t, c.story)
			if !slices.Equal(got, c.want) {
				t.Errorf("collected at %v, want %v", got, c.want)
			}
		})
	}
}

// Whoever leaves last empties a room and ends a connection; both count, in
// either order.
func TestKeeperHearsBothBells(t *testing.T) {
	got, _ := counted(t, func(k *Keeper, _ *atomic.Uint64) {
		k.RoomEmptied()
		k.ConnectionEnded()
		time.Sleep(time.Hour)
	})
	if len(got) != 2 || got[1] > 2*letGoWithin {
		t.Errorf("collected at %v", got)
	}
}

// A machine on which a collection takes seconds does not make anybody wait.
func TestKeeperIsNotPutOffForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := NewKeeper(slog.New(slog.DiscardHandler))
		collected := make(chan time.Time, 2)
		k.collect = func() {
			time.Sleep(time.Second)
			collected <- time.Now()
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { k.Run(ctx, func() uint64 { return 0 }) })
		k.RoomEmptied()
		first := <-collected
		k.RoomEmptied()
		if wait := (<-collected).Sub(first); wait != maxPause+time.Second {
			t.Errorf("the next collection was over after %s", wait)
		}
		cancel()
		running.Wait()
	})
}

func TestKeeperFollowsTraffic(t *testing.T) {
	const ticks = 5
	got, skims := counted(t, func(_ *Keeper, traffic *atomic.Uint64) {
		time.Sleep(trafficEvery / 2) // so that no word falls on a tick
		for range ticks {
			traffic.Add(1)
			time.Sleep(trafficEvery)
		}
		time.Sleep(time.Hour)
	})
	if skims != ticks {
		t.Errorf("%d skims while people talked for %d ticks", skims, ticks)
	}
	if want := []time.Duration{(ticks + 1) * trafficEvery}; !slices.Equal(got, want) {
		t.Errorf("collected at %v, want %v: at the first lull", got, want)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	if On() {
		t.Fatal("this test runs without clobberfree")
	}
	if err := Check(); err == nil || !strings.Contains(err.Error(), "clobberfree") {
		t.Errorf("without clobberfree Check says %v", err)
	}
}

// What a collection costs, beside a server's heap of n MiB.
func BenchmarkCollect(b *testing.B) {
	for _, mib := range []int{0, 64} {
		b.Run(map[int]string{0: "empty", 64: "64MiB"}[mib], func(b *testing.B) {
			held := make([][]byte, 0, mib*256)
			for range mib * 256 {
				held = append(held, make([]byte, 4096))
			}
			for b.Loop() {
				Collect()
			}
			_ = held[:0]
		})
	}
}
