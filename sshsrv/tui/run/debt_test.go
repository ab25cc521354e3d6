package run_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
)

// keysInBulk are what a keyboard, a mouse and a terminal send, as often as
// somebody likes.
var keysInBulk = map[string]string{
	"repaint": "\x0c", "page up, page down": "\x1b[5~\x1b[6~", "home, end": "\x1b[1;5H\x1b[1;5F", "wheel": "\x1b[<64;1;1M\x1b[<65;1;1M",
	"help": "\x1bOP", "who": "\x1bOQ", "find": "\x1bOR" + "e", "found and lost": "\x1bOReb\x7f\x7f\x1b", "letters sought": "\x1bOR" + strings.Repeat("e", 98) + strings.Repeat("\x7f", 98),
	"hit to hit": "\x1bORe\rnnnN", "choose": "\x1b[1;3A\x1b[A", "copy": "\x1b[1;3Ac", "letters": "e", "taken back": "e\x7f", "arrows": "\x1b[D\x1b[C",
	"dark, light": "\x1b]11;rgb:0000/0000/0000\a\x1b]11;rgb:ffff/ffff/ffff\a", "themes": "/theme contrast\r/theme mono\r", "focus": "\x1b[O\x1b[I",
	"cleared": "/clear\r", "invitations": "/invite\r", "privacy": "/privacy\r", "completion": "/t\t\t\t\x1b\x03", "undone": "word\x17\x1f", "yanked": "word\x17\x19\x19",
}

// TestKeysCostLittle types the same keys again and again, in packets of one and
// all at once: what is written, and how often the screen is drawn, does not grow
// with them.
func TestKeysCostLittle(t *testing.T) {
	const times = 1000
	for name, keys := range keysInBulk {
		for how, packets := range map[string]int{"in packets of their own": times, "in one": 1} {
			t.Run(name+" "+how, func(t *testing.T) {
				busyScreen(t, func(tty *tty, _ *seat, screen *counted) {
					synctest.Wait()
					whole := len(strings.Join(tty.wrote(), ""))
					screen.frames = 0
					for range packets {
						tty.typed(strings.Repeat(keys, times/packets))
					}
					writes := tty.wrote()
					bytes := len(strings.Join(writes, ""))
					// The first paints are free; the one that takes the rest may be large.
					if most := run.PaintBurst + 2*whole; bytes > most {
						t.Errorf("%d bytes of keys had %d written, at most %d are due", times*len(keys), bytes, most)
					}
					if most := 2 * run.PaintBurst / run.PaintCost; screen.frames > most {
						t.Errorf("drawn %d times, at most %d are due", screen.frames, most)
					}
				})
			})
		}
	}
}

// counted is a screen that counts how often it is drawn.
type counted struct {
	*tui.Screen
	frames int
}

func (c *counted) Frame() paint.Frame {
	c.frames++
	return c.Screen.Frame()
}

var (
	you   = rooms.Member{ID: "00", Nick: "quiet-otter", Via: rooms.ViaSSH}
	lynx  = rooms.Member{ID: "02", Nick: "brave-lynx", Via: rooms.ViaWeb}
	heron = rooms.Member{ID: "07", Nick: "late-heron", Via: rooms.ViaPipe}
)

// busyScreen is a full screen of talk, run on a terminal.
func busyScreen(t *testing.T, story func(*tty, *seat, *counted)) {
	synctest.Test(t, func(t *testing.T) {
		tty, terminal := newTTY()
		terminal.Size = run.Size{Width: 120, Height: 40}
		seat := &seat{}
		screen := &counted{Screen: tui.New(t.Context(), tui.Config{
			Enter: func(context.Context, string, string) (rooms.Participant, error) { return seat, nil },
			Room:  "tea", Door: "ssh",
			Invite: func(rooms.RoomName, string) rooms.Invitation {
				return rooms.Invitation{Web: "https://chat.example/r/tea"}
			},
		})}
		ended := show(t.Context(), terminal, screen)
		seat.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx, heron}})
		for i := range 200 {
			from := []rooms.Member{lynx, heron}[i%2]
			seat.happens(&rooms.Said{Seq: uint64(i + 1), At: time.Now(), From: from.Person(), Text: fmt.Sprint("the ", i, "th **sentence** of the evening, ", strings.Repeat("be ", i%40))})
		}
		tty.typed(answers)
		time.Sleep(time.Minute)
		story(tty, seat, screen)
		tty.Close()
		_ = ended()
	})
}

// TestKeysDoNotHoldWordsBack lets somebody wait for their own repaints, and for
// nobody's words.
func TestKeysDoNotHoldWordsBack(t *testing.T) {
	busyScreen(t, func(tty *tty, seat *seat, _ *counted) {
		for range 500 {
			tty.typed("\x0c")
		}
		tty.wrote()
		seat.happens(&rooms.Said{Seq: 1000, At: time.Now(), From: lynx.Person(), Text: "are you there?"})
		if got := strings.Join(tty.wrote(), ""); !strings.Contains(got, "are you there?") {
			t.Errorf("words wait for a repaint: wrote %q", got)
		}
	})
}

// TestLastRepaintComes shows what keys did last, as soon as it may be painted.
func TestLastRepaintComes(t *testing.T) {
	busyScreen(t, func(tty *tty, _ *seat, screen *counted) {
		for range 500 {
			tty.typed("\x0c")
		}
		tty.typed("the last of it")
		tty.wrote()
		time.Sleep(2 * time.Second)
		if got := strings.Join(tty.wrote(), ""); !strings.Contains(got, "the last of it") {
			t.Errorf("wrote %q", got)
		}
		if frames := screen.frames; frames > 0 {
			time.Sleep(time.Hour)
			if screen.frames != frames {
				t.Errorf("an idle hour cost %d frames", screen.frames-frames)
			}
		}
	})
}

// TestHangUpDropsKeys ends a session in the middle of what was typed: nothing of
// the rest is looked at.
func TestHangUpDropsKeys(t *testing.T) {
	gone := errors.New("gone")
	for name, hangUp := range map[string]string{"within a packet": "", "between packets": "pause"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				tty, terminal := newTTY()
				model := &diary{}
				ended := show(ctx, terminal, model)
				model.took()
				model.react = func(tea.Msg) tea.Cmd { cancel(gone); return nil }
				go func() {
					tty.Write([]byte("\x1b[A"))
					if hangUp == "" {
						return
					}
					for range 100 {
						tty.Write([]byte("\x1b[A"))
					}
				}()
				if hangUp == "" {
					tty.Write([]byte(strings.Repeat("\x1b[A", 100)))
				}
				if err := ended(); err != gone {
					t.Errorf("ended with %v", err)
				}
				if got := model.took(); got != "up" {
					t.Errorf("after the hang-up: %s", got)
				}
			})
		})
	}
}
