// Command sotto is a place to talk without leaving a trace: rooms that live in
// memory, entered by ssh or by a browser.
//
// The program only introduces its parts to each other: it reads flags, opens
// listeners, builds the hub, the doors and the defences, and ends them in
// order. What a room is, and how a door talks, it does not know.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

func main() {
	os.Exit(report(os.Stderr, run(os.Args[1:], os.Stdout, os.Stderr)))
}

// commandLine is everything that can be typed. A flag has a twin in the environment,
// unless it says otherwise: --ssh-addr is SOTTO_SSH_ADDR.
type commandLine struct {
	Serve      serveCommand      `cmd:"" help:"Run a server."`
	Join       joinCommand       `cmd:"" help:"Be in a room on a server, from this terminal; the only way into a sealed room beside the browser."`
	ClusterKey clusterKeyCommand `cmd:"" help:"Print a new key for servers that share their rooms."`
	Version    versionCommand    `cmd:"" help:"Print the version and how it was built."`
}

// streams are where a command writes.
type streams struct{ out, err io.Writer }

// A misuse is a mistake on the command line.
type misuse struct{ error }

func (m misuse) Unwrap() error { return m.error }

// run does what args ask for. It returns a misuse for words that make no sense.
func run(args []string, out, stderr io.Writer) error {
	var line commandLine
	helped := false
	parser, err := kong.New(&line,
		kong.Name("sotto"),
		kong.Description("Anonymous rooms that live in memory: one over ssh, one in the browser, the same people."),
		kong.DefaultEnvars("SOTTO"),
		kong.Writers(out, stderr),
		kong.Exit(func(int) { helped = true }), // only --help exits from within
		kong.Bind(streams{out, stderr}),
	)
	if err != nil {
		return err
	}
	words, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return misuse{plain(err)}
	}
	return words.Run()
}

// plain says of a flag without a value what it lacks; the parser tells what it
// found at the end of the line instead.
func plain(err error) error {
	if flag, rest, ok := strings.Cut(err.Error(), ": expected "); ok && strings.HasSuffix(rest, `"EOL" (<EOL>)`) {
		return fmt.Errorf("%s needs a value", flag)
	}
	return err
}

// report prints an error as one sentence and returns the exit code: 0 without
// one, 2 for words that make no sense, 1 for everything else.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	sentence := strings.Join(strings.Fields(err.Error()), " ")
	if errors.As(err, new(misuse)) {
		fmt.Fprintf(stderr, "sotto: %s; try sotto --help\n", strings.TrimSuffix(sentence, "."))
		return 2
	}
	fmt.Fprintf(stderr, "sotto: %s\n", sentence)
	return 1
}
