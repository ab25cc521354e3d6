// Sotto-bench measures a server with many real SSH and WebSocket clients, and
// prints its figures beside those of two floors under the same conditions: a
// bare x/crypto/ssh server that writes the same line to each channel, and a
// bare coder/websocket broadcast.
//
//	go run ./cmd/sotto-bench                 all figures, medians of three runs
//	go run ./cmd/sotto-bench -runs 1 -only 'rest|10$'
//	go run ./cmd/sotto-bench -floor plain    what the floor is without our promises
//
// Each server is a child process, kept to one CPU by taskset(1); the clients
// keep to the other. The floor runs under the same runtime settings as sotto
// serve does (clobberfree, and a collection every ten seconds while there is
// traffic), and is measured in the same run, in windows that alternate. What
// counts is the ratio. With -floor plain a floor that has neither stands beside both,
// so that the cost of what we promise is seen and not hidden in the floor.
//
// CPU time is what the kernel's scheduler accounted to the server's threads,
// memory is its resident set. It needs Linux, and the right to read the
// server's /proc entries (root, since serve makes itself undumpable).
//
// With -scale it measures one thing instead: a server of two processors and 4 GiB that
// carries many people of both doors at once, each of whom checks the number of every
// message. The clients are this process, the server its child, each of which has a file
// open for each person: the limit of them is raised as far as the system allows.
//
//	go run ./cmd/sotto-bench -scale                       1,000 screens, 5,000 browsers, a minute
//	go run ./cmd/sotto-bench -scale -screens 100 -browsers 500 -rate 20 -for 10s
//
// It knows nothing of how sotto is made: it talks to the doors as clients do, and asks
// the kernel what that took. What did not arrive is an error and no figure; whether all
// is as it should be is for the tests to say.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "sotto-bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	sotto := flag.String("sotto", "", "the `binary` to measure; without it, one is built from this module")
	runs := flag.Int("runs", 3, "how often each figure is measured; the median is printed")
	var only *regexp.Regexp
	flag.Func("only", "only figures whose name matches this regular `expression`", func(s string) (err error) {
		only, err = regexp.Compile(s)
		return err
	})
	cpu := flag.String("cpu", "0", "the `CPU` of the servers; start sotto-bench itself on another by taskset")
	floor := flag.String("floor", "alike", "alike, or plain: beside the floor with sotto's runtime `settings` one without them")
	be := flag.String("be", "", "be a floor `server`: ssh or web")
	collect := flag.Bool("collect", true, "whether that floor collects every ten seconds while there is traffic")
	atScale := flag.Bool("scale", false, "measure many screens and browsers on one server of two processors, and nothing else")
	var many scale
	flag.IntVar(&many.screens, "screens", 1000, "full screens of -scale")
	flag.IntVar(&many.browsers, "browsers", 5000, "browsers of -scale")
	flag.Float64Var(&many.rate, "rate", 200, "messages a `second` of -scale, in all rooms")
	flag.DurationVar(&many.lasts, "for", time.Minute, "how long those of -scale talk")
	flag.Parse()
	if *be != "" {
		return serveFloor(ctx, *be, *collect)
	}
	if *floor != "alike" && *floor != "plain" {
		return fmt.Errorf("-floor is alike or plain, not %q", *floor)
	}
	wanted := figures
	if only != nil {
		wanted = slices.DeleteFunc(slices.Clone(figures), func(f figure) bool { return !only.MatchString(f.name) })
	}
	if len(wanted) == 0 {
		return fmt.Errorf("no figure's name matches %v", only)
	}
	plain := *floor == "plain"
	if *sotto == "" {
		directory, err := os.MkdirTemp("", "sotto-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(directory)
		*sotto = filepath.Join(directory, "sotto")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", *sotto, "sotto/cmd/sotto")
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("can't build sotto: %w\n%s", err, output)
		}
	}
	if *atScale {
		return many.run(ctx, *sotto, "0,1")
	}
	printHeader(plain)
	for _, figure := range wanted {
		if err := figure.print(ctx, *sotto, *cpu, *runs, plain); err != nil {
			return fmt.Errorf("%s: %w", figure.name, err)
		}
	}
	return nil
}
