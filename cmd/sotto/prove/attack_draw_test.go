//go:build e2e

package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// What screens are made to draw: words, keys, and code that cost a person little.
var drawAttacks = []attack{
	{name: "a name said 24 times to whoever is called that", run: untilGone(shown(
		[]string{strings.TrimSpace(strings.Repeat("b ", 24))}, ""))},
	{name: "a letter looked for in ten sentences", run: untilGone(shown(
		[]string{strings.TrimSpace(strings.Repeat("The evening is here, and everybody tells where they have been since the week before. ", 10))}, find+"e"))},
	{name: "a letter looked for in thirty of it", run: untilGone(shown([]string{strings.Repeat("e", 30)}, find+"e"))},
	{name: "letters looked for and taken back, and gone", run: untilGone(shown(
		sentences, find+strings.Repeat(strings.Repeat("e", 98)+strings.Repeat("\x7f", 98), 5)))},
	{name: "Ctrl-L a thousand times", run: untilGone(shown(sentences, strings.Repeat("\x0c", 1000)))},
	{name: "pages up and down", run: untilGone(shown(sentences, strings.Repeat("\x1b[5~\x1b[6~", 1000)))},
	{name: "dark and light", run: untilGone(shown(sentences, strings.Repeat("\x1b]11;rgb:0000/0000/0000\a\x1b]11;rgb:ffff/ffff/ffff\a", 1000)))},
	{name: "keys in a text as long as can be", run: untilGone(shown(nil,
		"\x1b[200~"+strings.Repeat("क्", 10_000)+"\x1b[201~k"+strings.Repeat("\x1b[Dx\x1bbx\x1bty\t", 500)))},
	{name: "screens that look for something", gather: gatherScreens(func(int) int { return 120 }, searches), grows: drawn},
	{name: "code made against those who colour it", gather: gatherScreens(func(n int) int { return 40 + n%80 }, codes), grows: drawn},
	{name: "links that go on through many rows", gather: gatherScreens(func(n int) int { return 20 + n%80 },
		sayings("https://example.org/"+strings.Repeat("a", 3900))), grows: drawn},
	{name: "marks and joiners", gather: gatherScreens(func(n int) int { return 20 + n%80 },
		sayings(strings.Repeat("`\u0301`\u0301", 600), strings.Repeat("👩\u200d", 550), strings.Repeat("\t", 3999)+"x")), grows: drawn},
}

// drawn is what 400 screens of eighty widths may take to draw messages as long as can
// be, in bytes: each width has rows of its own, and they are collected when there are
// as many again.
const drawn = 160 << 20

// find is the key that begins a search.
const find = "\x1bOR"

// sentences fill a screen and what it remembers.
var sentences = func() (all []string) {
	for n := range 60 {
		all = append(all, fmt.Sprintf("The %dth **sentence** of the evening, which %s.", n, strings.Repeat("goes on and on ", n%20)))
	}
	return all
}()

// shown has a screen show something and type something, and then hang up without
// waiting for what becomes of it.
func shown(said []string, typed string) func(context.Context, *e2e.Server) error {
	return func(_ context.Context, s *e2e.Server) error {
		room := nextRoom()
		screen, keys, err := sshSession(s, guest{room: room, nick: "b"}, 120, 40, room+" --nick b")
		if err != nil {
			return err
		}
		defer screen.hangUp()
		if err := screen.await("You are b here"); err != nil {
			return err
		}
		talkers, err := inTurn(s, room, said)
		if err != nil {
			return err
		}
		last := talkers[len(said)%len(talkers)]
		if err := errors.Join(last.say("that is all"), screen.await("that is all")); err != nil {
			return err
		}
		_, err = io.WriteString(keys, typed)
		for _, talker := range talkers {
			err = errors.Join(err, talker.leave())
		}
		return err
	}
}

// inTurn has two people say texts in turn: what one alone says so fast is folded.
func inTurn(s *e2e.Server, room string, texts []string) (talkers [2]*person, err error) {
	for i := range talkers {
		if talkers[i], err = byJSON(s, guest{room: room, nick: fmt.Sprint("talker-", i)}); err != nil {
			return talkers, err
		}
	}
	for n, text := range texts {
		by := talkers[n%len(talkers)]
		if err := errors.Join(by.say(text), by.await(text)); err != nil {
			return talkers, err
		}
	}
	return talkers, nil
}

// studios counts rooms of attackers.
var studios atomic.Int64

func nextRoom() string { return fmt.Sprint("studio", studios.Add(1)) }

// untilGone does something again and again, in a few places at once.
func untilGone(run func(context.Context, *e2e.Server) error) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(4, func(int) error {
			for ctx.Err() == nil {
				if err := run(ctx, s); err != nil && ctx.Err() == nil {
					return err
				}
			}
			return nil
		})
	}
}

// A studio is a room full of screens, and who says something there.
type studio struct {
	room string
	keys []io.Writer // of its screens
}

// gatherScreens brings screens into a room, each of a width of its own.
func gatherScreens(width func(n int) int, run func(context.Context, *e2e.Server, *studio) error) func(context.Context, *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return func(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
		there := &studio{room: nextRoom()}
		there.keys = make([]io.Writer, studioScreens())
		door := make(chan struct{}, knocking)
		err := together(len(there.keys), func(i int) error {
			door <- struct{}{}
			defer func() { <-door }()
			nick := fmt.Sprint("viewer-", i)
			screen, keys, err := sshSession(s, guest{room: there.room, nick: nick}, width(i), 40, there.room+" --nick "+nick)
			if err != nil {
				return err
			}
			there.keys[i] = keys
			return screen.await("ou are") // the rest of it may be in another row
		})
		return func(ctx context.Context, s *e2e.Server) error { return run(ctx, s, there) }, err
	}
}

// knocking are as many as come in at a time: of more, those who came first would give
// way, as strangers do who crowd a door.
const knocking = 8

// studioScreens are as many as a server for friends never sees, and in the long form
// as many as one for a hall does.
func studioScreens() int {
	if long {
		return 400
	}
	return 40
}

// studioTalkers are as many as there are seats that say something at once.
const studioTalkers = 8

// sayings has several people say texts as fast as they may.
func sayings(texts ...string) func(context.Context, *e2e.Server, *studio) error {
	return func(ctx context.Context, s *e2e.Server, there *studio) error {
		return together(studioTalkers, func(i int) error {
			talker, err := byJSON(s, guest{room: there.room, nick: fmt.Sprint("talker-", i)})
			if err != nil {
				return err
			}
			for n := 0; ctx.Err() == nil; n++ {
				if talker.say(texts[n%len(texts)]) != nil {
					return nil
				}
				if n >= int(rooms.DefaultSayRate*rooms.SayBurst) { // as fast as a server lets them by itself
					pause(ctx, time.Duration(float64(time.Second)/rooms.DefaultSayRate))
				}
			}
			return talker.leave()
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// codes are blocks that lexers look through again and again.
func codes(ctx context.Context, s *e2e.Server, there *studio) error {
	var blocks []string
	for lang, unit := range map[string]string{
		"docker": "a \\\n ", "css": "a:b(", "bash": "$((", "ini": "a ", "sql": "'", "r": "a.", "lua": "[[", "console": "$ \"", "xml": "<a ", "yaml": "- ? ",
		"make": "$(", "java": "@a", "json": "[{\"", "protobuf": "/*", "perl": "m{", "ts": "`${", "html": "<!--", "nix": "''", "cpp": "R\"(", "python": "f'{", "haskell": "{-",
	} {
		text := strings.Repeat(unit, 3900/len(unit))
		if strings.Contains(unit, "\n") {
			text = strings.Repeat(unit, 36)
		}
		blocks = append(blocks, "```"+lang+"\n"+text+"\n```")
	}
	return sayings(blocks...)(ctx, s, there)
}

// searches has every screen look for one letter after the other.
func searches(ctx context.Context, s *e2e.Server, there *studio) error {
	if _, err := inTurn(s, there.room, sentences); err != nil {
		return err
	}
	return together(len(there.keys), func(i int) error {
		if _, err := io.WriteString(there.keys[i], find); err != nil {
			return nil
		}
		for n := 0; ctx.Err() == nil; n++ {
			if _, err := io.WriteString(there.keys[i], []string{"e", "\x7f", "th", "\x7f\x7f", "o"}[n%5]); err != nil {
				return nil
			}
			pause(ctx, time.Second/20)
		}
		return nil
	})
}
