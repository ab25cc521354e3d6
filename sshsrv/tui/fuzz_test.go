package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/timeline"
)

// FuzzScreen lets anything happen in any order: keys, pastes, sizes, people who
// come, talk and go, refusals, gaps, other rooms. Whatever it was, the frame is
// one that a terminal can show, and the timeline is within its bounds.
func FuzzScreen(f *testing.F) {
	f.Add([]byte("sotto"))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
	f.Add(slices.Repeat([]byte{7, 3, 0, 2, 9, 14, 5, 1, 8, 11, 4}, 20))
	keyNames := make([]string, 0, len(keys))
	for name := range keys {
		if name != "ctrl+c" && name != "ctrl+d" { // they leave
			keyNames = append(keyNames, name)
		}
	}
	slices.Sort(keyNames)
	lines := []string{"hello", "/ignore brave-lynx", "/unignore brave-lynx", "/clear", "/help", "/who", "/invite", "/topic x", "/msg late-heron psst",
		"/theme contrast", "/theme mono", "/notify all", "/fold off", "/fold on", "/join b", "/verify", "/nick x", "/rules", "/key", "/burn", "/remove late-heron x", "/mute x", "/host x", "/door knock", "/admit a", "quiet-otter", "幅の広い文字 e\u0301", "```go\nx := 1\n```"}
	people := []rooms.Member{you, lynx, heron, {ID: "3", Nick: "日本語の名前八文"}, {ID: "4", Nick: "x"}}

	f.Fuzz(func(t *testing.T, script []byte) {
		s := inRoom(t, 80, 24, colorprofile.ANSI256, lynx, heron)
		next := func(n int) int {
			if len(script) == 0 {
				return 0
			}
			b := script[0]
			script = script[1:]
			return int(b) % n
		}
		for len(script) > 0 {
			who := people[next(len(people))]
			switch next(24) {
			case 0, 1, 2:
				s.says(who, lines[next(len(lines))])
			case 3, 4, 5, 6:
				s.types(keyNames[next(len(keyNames))])
			case 7, 8:
				s.types(lines[next(len(lines))], "enter")
			case 9:
				s.types(lines[next(len(lines))])
			case 10:
				s.do(tea.WindowSizeMsg{Width: 1 + next(200), Height: 1 + next(60)})
			case 11:
				s.happens(&rooms.Joined{Member: who})
			case 12:
				s.happens(&rooms.Left{Member: who}, &rooms.TypingNow{Member: heron.ID})
			case 13:
				s.happens(&rooms.Renamed{Member: rooms.Member{ID: who.ID, Nick: fmt.Sprint("n", next(9))}, Was: who.Nick})
			case 14:
				s.seq++
				s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: lines[next(len(lines))], Action: next(2) == 0, Re: uint64(next(9))})
			case 15:
				s.happens(&rooms.Whispered{At: s.now, From: who.Person(), To: you.Person(), Text: lines[next(len(lines))]})
			case 16:
				s.happens(&rooms.Refused{ID: fmt.Sprint("t", next(9)), Err: &rooms.Error{Message: "No."}}, &rooms.Gap{Missed: 2}, &rooms.Held{})
			case 17:
				s.do(tea.BlurMsg{}, tea.MouseWheelMsg{Button: tea.MouseWheelUp}, tea.MouseClickMsg{Button: tea.MouseLeft, Y: next(60)}, tea.FocusMsg{})
			case 18:
				s.passes(time.Duration(next(60)) * time.Second)
				s.flushes()
				s.do(quietMsg{})
			case 19:
				s.do(tea.PasteMsg{Content: lines[next(len(lines))]})
			case 20:
				who.Host, who.Muted, who.Speaks, who.Watch = next(2) == 0, next(2) == 0, next(2) == 0, next(4) == 0
				s.happens(&rooms.HostSet{Member: who}, &rooms.Muted{Member: who, For: time.Duration(next(100)) * time.Second}, &rooms.SpeakSet{Member: who})
			case 21:
				s.sets(who, rooms.Rules{Door: doors[next(3)], Slow: slows[next(6)], Fade: fades[next(6)], Quiet: next(2) == 0, NoLinks: next(2) == 0})
			case 22:
				s.happens(knock(fmt.Sprint(next(5)), []string{"a", "calm-crow", ""}[next(3)], rooms.CleanTopic(lines[next(len(lines))])),
					&rooms.Knocked{Knock: fmt.Sprint(next(5)), Outcome: rooms.KnockDenied}, &rooms.KeyShown{Words: aKey, ID: fmt.Sprint("t", next(9))})
			case 23:
				s.happens(&rooms.Leapt{From: who.Person(), Room: fresh, ID: []string{"", "t1"}[next(2)]}, &rooms.Voting{Member: who, Needed: next(9), Over: next(3) == 0, ID: []string{"", "t1"}[next(2)]})
				s.passes(time.Duration(next(100)) * time.Minute)
				s.do(wakeMsg{}, tea.MouseClickMsg{Button: tea.MouseLeft, X: next(80), Y: next(24)})
			}
			s.fits()
			if s.reading.timeline.End()-s.reading.timeline.First() > timeline.MaxItems {
				t.Fatal("the timeline grew beyond its bound")
			}
			if s.seat.ops = s.seat.ops[:0]; s.quit {
				return
			}
			if s.name == "" && s.Screen.seat != nil { // /join got a seat
				s.happens(&rooms.Welcome{Room: "b", Kind: rooms.KindOpen, You: you, Members: people})
			}
		}
	})
}
