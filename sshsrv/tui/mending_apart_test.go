//go:build !race

package tui

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
)

// TestPaintingFollowsMending: however messages are reacted to, changed and taken back, what
// was painted bit by bit is what would be painted anew, at any size.
func TestPaintingFollowsMending(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 18))
		size := []paint.Size{{Width: 40, Height: 12}, {Width: 60, Height: 18}, {Width: 80, Height: 24}}[seed%3]
		profile := []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor}[seed%2]
		s := inRoom(t, size.Width, size.Height, profile, lynx, heron)
		var painter paint.Painter
		shown := vt.NewEmulator(size.Width, size.Height)
		people := []rooms.Member{lynx, heron, you}
		for range 150 {
			who, re := people[r.IntN(3)], 1+r.Uint64N(s.seq+1)
			switch r.IntN(12) {
			case 0, 1, 2:
				s.passes(time.Second)
				s.says(who, strings.Repeat("some words ", 1+r.IntN(20)))
			case 3:
				s.polls(who, "which?", "this one", strings.Repeat("that one ", 1+r.IntN(8)))
			case 4:
				s.happens(&rooms.Amended{Seq: s.seq, From: who.Person(), Re: re, Text: strings.Repeat("other words ", 1+r.IntN(20))})
			case 5:
				s.happens(&rooms.Retracted{Seq: s.seq, From: who.Person(), Re: re})
			case 6:
				s.types([]string{"pgup", "pgdown", "ctrl+end", "alt+up", "esc"}[r.IntN(5)])
			default:
				emoji := []string{"👍", "🎉", "🏳️‍🌈", "👍🏽", "🇩🇪", "1", "2"}[r.IntN(7)]
				s.happens(&rooms.Reacted{Seq: s.seq, From: who.Person(), Re: re, Emoji: emoji, On: r.IntN(3) > 0})
			}
			f := s.Frame()
			shown.Write(painter.Append(nil, f, size))
			fresh := vt.NewEmulator(size.Width, size.Height)
			fresh.Write(new(paint.Painter).Append(nil, f, size))
			if got, want := shown.Render(), fresh.Render(); got != want {
				t.Fatalf("seed %d: it shows\n%s\nand painted anew it is\n%s", seed, got, want)
			}
			fresh.Close()
		}
		shown.Close()
	}
}
