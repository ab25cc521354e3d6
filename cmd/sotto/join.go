package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"

	"sotto/cmd/sotto/forget"
	"sotto/cmd/sotto/lockdown"
	"sotto/cmd/sotto/native"
	"sotto/sshsrv/tui/settings"
	"sotto/sshsrv/tui/theme"
	"sotto/web"
)

// joinCommand is what `sotto join` can be told.
type joinCommand struct {
	URL   []string `arg:"" help:"https://HOST/r/ROOM, a sealed room's link, ssh://HOST/ROOM, or a server alone; of rooms on one server up to eight, for one window. With - it is the first line of standard input, so that no list of processes and no shell's history has a link's key."`
	Words bool     `help:"Come into the sealed room of seven words: they are asked for, and read from standard input where that is no terminal."`
	New   bool     `help:"Make a sealed room on that server, and print its link."`
	Nick  string   `placeholder:"NAME" help:"The name to ask for; without it you get one."`

	Theme string `placeholder:"NAME" help:"The colours of the full screen: dark, light, mono and others that /theme lists."`

	Notify string `placeholder:"WHEN" help:"What calls you while you look elsewhere: off, mentions or all."`
	Times  string `placeholder:"ON" help:"Whether every message shows its time, on or off."`
	Fold   string `placeholder:"ON" help:"Whether the full screen folds what is too much at once, on or off."`
	TZ     string `name:"tz" placeholder:"ZONE" help:"The time zone of times, such as Europe/Berlin; without it this machine's."`

	JSON   bool `name:"json" help:"Frames on standard input and output, one JSON object a line."`
	Listen bool `help:"Stay after standard input has ended."`
	Plain  bool `help:"An editable line; nothing on the screen is repainted."`

	Voice bool `help:"Talk and hear: Ogg Opus on standard input and output, in a room that has voice."`

	Host bool `help:"Be the host of a room that lines or frames make by coming into it."`

	Watch bool `help:"Watch an open room: read what is said, and say nothing. Those in it see that somebody does."`

	Send      string `placeholder:"FILE" help:"Offer a file, and leave once somebody has taken it."`
	Downloads string `placeholder:"FOLDER" help:"Where files are saved that you take; without it none can be taken."`

	Web bool `help:"Serve the web client from this program, for a browser on this machine; only frames go to the server."`

	address  native.Address
	more     []native.Address // rooms beside it, in the same window
	settings settings.Settings
}

// fromInput stands for an address that is read from standard input.
const fromInput = "-"

// keepNothing has the memory of this program overwritten every ten seconds, whatever
// goes on: keys of a sealed room go on and die without a word. It says so where this
// system can't do that, and returns what ends it.
func keepNothing(ctx context.Context, stderr io.Writer, forgetting error) (end func()) {
	if forgetting == nil {
		forgetting = forget.Check()
	}
	if forgetting != nil {
		fmt.Fprintf(stderr, "sotto: what was said stays in this program's memory until it ends (%v)\n", forgetting)
	}
	lockdown.ForbidReading()
	ctx, stop := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() {
		ticks := uint64(0)
		forget.NewKeeper(slog.New(slog.DiscardHandler)).Run(ctx, func() uint64 {
			ticks++
			return ticks
		})
	})
	return func() {
		stop()
		keeping.Wait()
	}
}

// Validate is called by kong after parsing.
func (c *joinCommand) Validate() (err error) {
	if !c.fromInput() {
		if c.address, c.more, err = native.ParseAddresses(c.URL); err != nil {
			return err
		}
	}
	if len(c.more) > 0 && (c.New || c.Words || c.JSON || c.Listen || c.Plain || c.Voice || c.Send != "" || c.Web || slices.Contains(c.URL, fromInput)) {
		return errSeveral
	}
	if _, ok := theme.Find(c.Theme, theme.Dark, theme.None); !ok {
		return errors.New("there is no such theme; there are " + strings.Join(theme.Names(), ", "))
	}
	for name, value := range map[string]string{"theme": c.Theme, "notify": c.Notify, "times": c.Times, "fold": c.Fold, "tz": c.TZ} {
		if value != "" && !c.settings.Set(name, value) {
			return errors.New("--" + name + " takes " + settings.Takes(name))
		}
	}
	atTerminal := !(c.JSON || c.Listen || c.Send != "" || c.Web || c.Voice)
	switch {
	case c.Voice && (c.JSON || c.Plain || c.Send != "" || c.Web || c.Downloads != ""):
		return errors.New("--voice is sound and nothing else: leave out --json, --plain, --send, --downloads and --web")
	case c.Voice && c.watches():
		return errors.New("who watches says nothing: leave out --watch, or --voice; with --voice --listen, who pipes nothing in only hears")
	case c.Voice && !c.New && !c.Words && !c.fromInput() && c.address.Room == "" && c.address.Secret == nil:
		return errors.New("--voice wants a room: https://HOST/r/ROOM")
	case c.Watch && (c.New || c.Words || c.address.Secret != nil):
		return errSealedWatch
	case c.watches() && (c.Nick != "" || c.Host || c.Send != "" || c.Web):
		return errors.New("who watches has no name, is no host and offers nothing: leave out --nick, --host, --send and --web, or --watch")
	case c.Watch && !c.fromInput() && c.address.Room == "":
		return errors.New("--watch wants a room: https://HOST/r/ROOM")
	case c.New && c.fromInput():
		return errors.New("--new makes the link itself: name the server")
	case c.New && (c.address.Room != "" || c.address.Secret != nil):
		return errors.New("--new wants a server alone, like https://HOST: it makes the room itself")
	case c.Words && (c.New || c.fromInput() || c.address.Room != "" || c.address.Secret != nil):
		return errors.New("--words wants a server alone, like https://HOST: the words are the room")
	case c.Send != "" && (c.JSON || c.Listen || c.Plain || c.Host):
		return errors.New("--send offers a file and leaves; it says and shows nothing")
	case c.Web && (c.JSON || c.Listen || c.Plain || c.Host || c.Nick != "" || c.Send != "" || c.Downloads != ""):
		return errors.New("--web leaves everything else to the browser")
	case c.Theme != "" && (c.JSON || c.Listen || c.Plain || c.Voice || c.Send != "" || c.Web):
		return errors.New("--theme is for the full screen")
	case c.Fold != "" && (c.Plain || !atTerminal):
		return errors.New("--fold is for the full screen")
	case c.Notify+c.Times+c.TZ != "" && !atTerminal:
		return errors.New("--notify, --times and --tz are for people at a terminal")
	case c.Plain && (c.JSON || c.Listen):
		return errors.New("--plain is for people, --json and --listen are for programs: choose one")
	}
	return nil
}

// fromInput reports whether the address is read from standard input.
func (c *joinCommand) fromInput() bool { return len(c.URL) == 1 && c.URL[0] == fromInput }

var errSeveral = errors.New("several rooms in one window are for the full screen, each by its address: leave out --new, --words, --json, --listen, --plain, --voice, --send, --web and -")

var errSealedWatch = errors.New("a sealed room can't be watched: nobody there could tell who reads it")

// watches reports whether somebody watches: they say so, or have the link of who does.
func (c *joinCommand) watches() bool { return c.Watch || c.address.Watch }

// Run is in the room until its person leaves.
func (c *joinCommand) Run(to streams) error {
	forgetting := forget.Restart() // returns only when there is nothing to restart
	unsetTraces()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal has its usual effect
	defer keepNothing(ctx, to.err, forgetting)()
	if c.fromInput() {
		var err error
		if c.address, err = native.ReadAddress(ctx, os.Stdin, os.Stderr); err != nil {
			return err
		}
	}
	if c.Watch && c.address.Secret != nil {
		return errSealedWatch
	}
	if c.Words {
		secret, err := native.ReadWords(ctx, os.Stdin, os.Stderr)
		if err != nil {
			return err
		}
		c.address.Secret = &secret
	}
	if c.New {
		c.address = c.address.NewSealed()
		fmt.Fprintf(to.err, "sotto: a sealed room; whoever has this link can come in while it lives: %s\n", c.address.Link())
	}
	visit := native.Visit{
		Address: c.address, Unseen: c.fromInput() || c.Words, More: c.more, Nick: c.Nick, Settings: c.settings,
		JSON: c.JSON, Listen: c.Listen, Plain: c.Plain, Host: c.Host, Watch: c.watches(), Voice: c.Voice, Send: c.Send, Downloads: c.Downloads,
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	}
	if !c.Web {
		return visit.Run(ctx)
	}
	return visit.ServeWeb(ctx, web.FS, versionName(), func(url string) {
		fmt.Fprintf(to.err, "sotto: the page is at %s\n", url)
	})
}
