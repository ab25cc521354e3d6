// Sotto-bench measures a server with many real SSH and WebSocket clients, and
// prints its figures beside those of two floors under the same conditions: a
// bare x/crypto/ssh server that writes the same line to each channel, and a
// bare coder/websocket broadcast.
//
//	go run ./cmd/sotto-bench                 all figures, medians of three runs
//	go run ./cmd/sotto-bench -runs 1 -only memory
//
// Each server is a child process, kept to one CPU by taskset(1); the clients
// keep to the other. The floor runs under the same runtime settings as sotto
// serve does (clobberfree, and a collection every ten seconds while there is
// traffic), and is measured in the same run, in windows that alternate. What
// counts is the ratio.
//
// CPU time is what the kernel's scheduler accounted to the server's threads,
// memory is its resident set. It needs Linux, and the right to read the
// server's /proc entries (root, since serve makes itself undumpable).
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
	"strings"
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
	only := flag.String("only", "", "only figures whose `name` contains this")
	cpu := flag.String("cpu", "0", "the `CPU` of the servers; start sotto-bench itself on another by taskset")
	floor := flag.String("floor", "", "be a floor server: ssh or web")
	flag.Parse()
	if *floor != "" {
		return serveFloor(ctx, *floor)
	}
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
	fmt.Printf("%-58s %10s %10s %7s  %s\n", "figure", "floor", "sotto", "ratio", "must reach")
	for _, figure := range figures {
		if !strings.Contains(figure.name, *only) {
			continue
		}
		if err := figure.print(ctx, *sotto, *cpu, *runs); err != nil {
			return fmt.Errorf("%s: %w", figure.name, err)
		}
	}
	return nil
}
