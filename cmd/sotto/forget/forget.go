// Package forget makes the process lose what it no longer needs.
//
// Go's collector frees memory without erasing it: words of people long gone
// stay readable in a core dump until something else is written over them, in
// buffers of every library they passed through. With the runtime's debug
// variable clobberfree the sweeper overwrites whatever it frees, so a
// collection is enough. [Restart] switches it on, [Check] tries it, and a
// [Keeper] collects when there is something to forget.
//
// It does not reach what is not freed (a place that waits for its connection),
// stacks that still run, and the kernel's socket buffers.
package forget

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// setting is the runtime's debug variable; it can only be given from outside,
// so the program restarts itself once.
const setting = "clobberfree=1"

// noPreemption keeps the runtime from stopping goroutines by signals in the middle of a
// copy: it would save the vector registers, with sixteen bytes of somebody's
// words in each, where no collection reaches. Goroutines stop at their next call
// instead, and nothing here computes for long without one.
const noPreemption = "asyncpreemptoff=1"

// smallStacks has every goroutine begin with a small stack. The runtime would have it
// begin with one as large as others need on average: after a crowd of screens every
// silent socket costs three of 16 KiB that it never uses, and that nobody is charged
// for.
const smallStacks = "adaptivestackstart=0"

// IgnoreBrokenPipes has the kernel drop SIGPIPE instead of delivering it. Whoever
// leaves by closing a connection makes the next write to it raise one; its
// handler does nothing, but before it runs the kernel puts the thread's vector
// registers, with what was just written, on a stack where no collection reaches.
// The write's error says the same as the signal.
func IgnoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// On reports whether this process was started with clobberfree.
func On() bool {
	for variable := range strings.SplitSeq(os.Getenv("GODEBUG"), ",") {
		if variable == setting {
			return true
		}
	}
	return false
}

// restarted is the environment for a process that forgets. Beside clobberfree
// it gets the number of processors from this one: the runtime would otherwise
// keep files of the control group open to follow it, and a server that has no
// file open is easier to check.
func restarted(environ []string) []string {
	out := make([]string, 0, len(environ)+2)
	settings := strings.Join([]string{setting, noPreemption, smallStacks, "containermaxprocs=0"}, ",")
	processors := fmt.Sprint("GOMAXPROCS=", runtime.GOMAXPROCS(0))
	for _, v := range environ {
		switch name, value, _ := strings.Cut(v, "="); name {
		case "GODEBUG":
			if value != "" {
				settings = value + "," + settings
			}
		case "GOMAXPROCS":
		default:
			out = append(out, v)
		}
	}
	return append(out, processors, "GODEBUG="+settings)
}

// When a Keeper collects.
const (
	// trafficEvery is how often it collects while there is traffic.
	trafficEvery = 10 * time.Second
	// letGoWithin is how long after a connection ended it collects: its goroutines
	// need a moment to let go, and others may end with it.
	letGoWithin = 2 * time.Second
	// After a collection there is a pause of pausePerTook times what it took: after
	// 100 ms two seconds. It is at least minPause and at most maxPause, so that on a
	// machine that is busy with other things, where everything takes long, who leaves
	// is still forgotten within ten seconds.
	pausePerTook = 20
	minPause     = time.Second
	maxPause     = 4 * time.Second
)

// Keeper collects what was freed.
type Keeper struct {
	emptied, ended chan struct{} // rung, never waited on by whoever rings
	collect        func()        // all that can be freed
	skim           func()        // most of it, for a third of the cost
	log            *slog.Logger
}

// NewKeeper returns a keeper, which tells log at the debug level when it
// collected; Run makes it work.
func NewKeeper(log *slog.Logger) *Keeper {
	return &Keeper{
		emptied: make(chan struct{}, 1),
		ended:   make(chan struct{}, 1),
		collect: Collect,
		skim:    runtime.GC,
		log:     log,
	}
}

// RoomEmptied asks for a collection now.
func (k *Keeper) RoomEmptied() { ring(k.emptied) }

// ConnectionEnded asks for a collection soon.
func (k *Keeper) ConnectionEnded() { ring(k.ended) }

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// Run collects until ctx is done. Traffic is a count that rises while people
// talk. While they do, one collection at a time is enough: what pools and caches
// keep over it goes with the next, and with all the rest at the first lull.
func (k *Keeper) Run(ctx context.Context, traffic func() uint64) {
	tick := time.NewTicker(trafficEvery)
	defer tick.Stop()
	var seen uint64
	talked := false
	for {
		collect := k.collect
		select {
		case <-ctx.Done():
			return
		case <-k.emptied:
		case <-k.ended:
			if !sleep(ctx, letGoWithin) {
				return
			}
		case <-tick.C:
			lull := talked
			now := traffic()
			talked = now != seen
			seen = now
			switch {
			case talked:
				collect = k.skim
			case !lull:
				continue
			}
		}
		began := time.Now()
		collect()
		took := time.Since(began)
		k.log.Debug("freed memory was overwritten", "took", took)
		if !sleep(ctx, min(max(minPause, pausePerTook*took), maxPause)) {
			return
		}
	}
}

// sleep reports whether ctx went on for all of d.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Collect frees what nobody holds, pools included, and gives unused memory back to the
// system. What lies in a sync.Pool survives one collection; and a stack that a handshake
// made large is halved by each, so that four bring one of 32 KiB to 2.
func Collect() {
	for range 4 {
		runtime.GC()
	}
	debug.FreeOSMemory() // the fifth
}
