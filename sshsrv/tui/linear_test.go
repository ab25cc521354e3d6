package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/needle"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
)

// What a row may cost, in bytes: for each of its columns a character of the
// longest kind, a change of style, and what a link takes; and for the row what its
// margins take.
const (
	columnBytes = 64 + 64 + 32
	marginBytes = 256
)

// drawers are places where somebody's text is drawn, with the functions that draw
// there. Every function that paints or cuts is in one of them.
var drawers = []struct {
	name   string
	covers string
	play   func(s *sitting, text string)
}{
	{"message", "Timeline.above Timeline.draw Timeline.emphasize Needle.Highlight look.name look.named look.bar", func(s *sitting, text string) {
		s.says(lynx, text)
		s.says(lynx, you.Nick+" "+text)
		s.says(you, text)
	}},
	{"action", "drawAction look.hang", func(s *sitting, text string) {
		s.happens(&rooms.Said{At: s.now, From: lynx.Person(), Text: text, Action: true})
		s.happens(&rooms.Said{At: s.now, From: lynx.Person(), Text: you.Nick + text, Action: true})
	}},
	{"whisper", "drawWhisper", func(s *sitting, text string) {
		s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: text})
	}},
	{"quote", "Timeline.above", func(s *sitting, text string) {
		seq := s.says(lynx, text)
		s.happens(&rooms.Said{Seq: seq + 1, At: s.now, From: heron.Person(), Text: text, Re: seq})
	}},
	{"burst", "Timeline.foldLine Timeline.crownRow Timeline.hitRow look.head", func(s *sitting, text string) {
		for range 2 * 24 {
			s.says(heron, text)
		}
		s.types("pgup", "pgup", "f3", "a")
	}},
	{"times", "Timeline.stamp", func(s *sitting, text string) {
		s.reading.timeline.ShowTimes(true)
		s.says(heron, text)
	}},
	{"the top of a page", "Timeline.date look.dated", func(s *sitting, text string) {
		for range 30 {
			s.says(heron, text)
			s.says(lynx, text)
		}
		s.types("pgup", "shift+up")
	}},
	{"tall message", "Timeline.shorten", func(s *sitting, text string) {
		s.says(heron, strings.Repeat(text+"\n", 24)+text)
	}},
	{"long code", "Timeline.foldCode", func(s *sitting, text string) {
		s.says(heron, text+"\n```\n"+strings.Repeat("b\n", 24)+text+"\n```\n"+text)
	}},
	{"divider", "Rule", func(s *sitting, text string) {
		s.do(tea.BlurMsg{})
		s.says(heron, text)
	}},
	{"topic", "layout.topicLine layout.titleBar layout.bar Note.draw", func(s *sitting, text string) {
		s.happens(&rooms.TopicSet{From: lynx.Person(), Text: rooms.CleanTopic(text)})
	}},
	{"aside", "layout.peopleSaying layout.besideName stay.asideRows", func(s *sitting, text string) {
		s.happens(asideOf(heron, text))
		s.types("f2")
	}},
	{"aside of one", "Screen.meet", func(s *sitting, text string) {
		s.happens(asideOf(heron, text))
		s.types("f2", "down", "enter")
	}},
	{"notice", "Note.draw", func(s *sitting, text string) { s.happens(&rooms.Notice{Text: text}) }},
	{"door", "presence.draw layout.peopleLine layout.watchRow", func(s *sitting, text string) {
		m := rooms.Member{ID: "4", Nick: nickOf(text), Via: rooms.ViaWeb}
		s.happens(&rooms.Joined{Member: m}, &rooms.Away{Member: m}, &rooms.TypingNow{Member: m.ID},
			&rooms.Renamed{Member: heron, Was: m.Nick}, &rooms.Left{Member: m})
		s.flushes()
	}},
	{"file", "Offered.draw bar", func(s *sitting, text string) {
		name := rooms.CleanTopic(text)
		for i, state := range []rooms.TransferState{rooms.TransferOpen, rooms.TransferRunning, rooms.TransferDone} {
			s.fares(rooms.Transfer{Offer: s.offers(lynx, name, 1000), N: i, State: state, Done: 500, Takers: 1, Text: name})
		}
	}},
	{"chosen", "Timeline.choose", func(s *sitting, text string) { s.says(lynx, text); s.types("alt+up") }},
	{"typed", "composing.rows status.rows look.hintRow", func(s *sitting, text string) { s.types(text) }},
	{"waiting", "composing.waitingRows", func(s *sitting, text string) {
		for range 5 {
			s.types(text, "enter")
		}
		s.flushes()
	}},
	{"pasted", "composing.rows", func(s *sitting, text string) { s.do(tea.PasteMsg{Content: strings.Repeat(text, 20)}) }},
	{"waiting", "composing.waitingRows", func(s *sitting, text string) {
		s.types("first", "enter", text, "enter", text, "enter")
		s.early()
	}},
	{"candidates", "look.candidateRows", func(s *sitting, text string) {
		s.happens(&rooms.Joined{Member: rooms.Member{ID: "4", Nick: nickOf(text)}})
		s.types("@", "tab", "tab")
	}},
	{"reacted to", "Timeline.drawChips", func(s *sitting, text string) {
		seq := s.says(lynx, text)
		for i, who := range []rooms.Member{lynx, heron, you} {
			s.reacts(who, seq, rooms.CleanTopic(text))
			s.reacts(who, seq, []string{"👍", "🏳️‍🌈", "👩‍👩‍👧"}[i])
		}
	}},
	{"poll", "Timeline.drawVotes", func(s *sitting, text string) {
		seq := s.polls(lynx, text, rooms.CleanTopic(text), "b")
		s.reacts(you, seq, "1")
		s.reacts(lynx, seq, "1")
		s.reacts(heron, seq, "2")
	}},
	{"changed", "drawSaid", func(s *sitting, text string) {
		seq := s.says(lynx, "b")
		s.happens(&rooms.Amended{From: lynx.Person(), Re: seq, Text: text})
	}},
	{"taken back", "Timeline.drawGone", func(s *sitting, text string) {
		m := rooms.Member{ID: "4", Nick: nickOf(text)}
		seq := s.says(m, text)
		s.happens(&rooms.Retracted{From: m.Person(), Re: seq})
	}},
	{"who reacted", "reactionsCard", func(s *sitting, text string) {
		seq := s.polls(lynx, text, rooms.CleanTopic(text), "b")
		s.reacts(rooms.Member{ID: "4", Nick: nickOf(text)}, seq, "1")
		s.reacts(heron, seq, rooms.CleanTopic(text))
		s.openCard(reactionsCard(s.reading.timeline, seq))
	}},
	{"picked", "look.asks look.candidateRows", func(s *sitting, text string) { s.says(lynx, text); s.types("alt+up", "+", text) }},
	{"being changed", "layout.ruleLine", func(s *sitting, text string) {
		s.says(you, text)
		s.amend(s.reading.timeline.Mine())
	}},
	{"sought", "search.line look.asks", func(s *sitting, text string) { s.types("f3", text) }},
	{"told", "status.rows", func(s *sitting, text string) { s.status.say(text) }},
	{"help", "helpCard look.pair card.over card.line card.border", func(s *sitting, text string) { s.says(lynx, text); s.types("f1") }},
	{"who", "stay.whoCell card.over", func(s *sitting, text string) {
		s.happens(&rooms.Joined{Member: rooms.Member{ID: "4", Nick: nickOf(text)}})
		s.says(lynx, text)
		s.types("f2")
	}},
	{"held", "privacyCard look.pair", func(s *sitting, text string) {
		s.happens(&rooms.Held{Fields: []rooms.HeldField{{Name: "room", Value: text, Why: text}}})
	}},
	{"empty room", "layout.emptyRows layout.dim", func(s *sitting, text string) {
		s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, Topic: rooms.CleanTopic(text), You: you, Members: []rooms.Member{you}})
	}},
	{"invitation", "look.invitation card.bareLine card.filled", func(s *sitting, text string) {
		s.openCard(inviteCard("invite", s.name, rooms.Invitation{SSH: text, Web: "https://chat.example/r/tea", Note: text}))
	}},
	{"safety words", "verifyCard", func(s *sitting, text string) {
		s.do(run.SeatMsg{Seat: &sealedSeat{}})
		s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you}})
		s.verify(false)
	}},
	{"sealed rooms", "sealedElsewhereCard", func(s *sitting, text string) { s.cfg.NewSealed = text; s.submit("/seal") }},
	{"memory", "Timeline.fillUp", func(s *sitting, text string) { s.forgets(); s.says(lynx, text); s.types("ctrl+home") }},
	{"roster of who is what", "list.entry look.legend stay.whoCell", func(s *sitting, text string) {
		m := rooms.Member{ID: "4", Nick: nickOf(text), Host: true, Muted: true, Speaks: true}
		s.happens(&rooms.Joined{Member: m}, &rooms.HostSet{Member: m}, &rooms.SpeakSet{Member: m}, &rooms.Muted{Member: m, For: time.Hour})
		s.types("f2", "down")
	}},
	{"menu", "list.entry", func(s *sitting, text string) {
		s.happens(&rooms.HostSet{Member: host}, &rooms.Joined{Member: rooms.Member{ID: "4", Nick: nickOf(text)}})
		s.meet("4")
	}},
	{"rules", "rulesCard", func(s *sitting, text string) { s.hosts(); s.sets(lynx, allRules); s.types("/rules", "enter") }},
	{"key", "keyCard", func(s *sitting, text string) { s.openCard(keyCard(text)) }},
	{"burning", "burnCard", func(s *sitting, text string) { s.hosts(); s.types("/burn", "enter") }},
	{"knock", "layout.question", func(s *sitting, text string) {
		s.happens(knock("k1", nickOf(text), rooms.CleanTopic(text)), knock("k2", nickOf(text), rooms.CleanTopic(text)))
	}},
	{"removed", "Note.draw presence.draw", func(s *sitting, text string) {
		s.happens(&rooms.Left{Member: rooms.Member{ID: lynx.ID, Nick: nickOf(text)}, Reason: rooms.LeftRemoved, Why: rooms.CleanTopic(text)})
		s.flushes()
	}},
	{"door", "hall.rows sheet.write", func(s *sitting, text string) {
		s.cards.hall = newHall(text, "", false)
		s.types(text)
		s.cards.hall.problem = text
	}},
	{"gone", "frontPage.rows", func(s *sitting, text string) {
		s.do(run.SeatEndedMsg{Err: &rooms.Ended{Code: rooms.Removed, Message: text}})
	}},
	{"rooms", "layout.roomLine layout.tabText", func(s *sitting, text string) {
		tea := s.front
		s.joins("den")
		tea.asked, tea.name = text, ""
		s.lines()
	}},
	{"front page", "frontPage.question sheet.write logo", func(s *sitting, text string) {
		s.cards.front = newFrontPage(&s.cfg)
		s.cards.front.problem = text
		s.types(text)
	}},
}

// forgets has more said than a screen remembers.
func (s *sitting) forgets() {
	for s.reading.timeline.First() == 0 {
		s.says(heron, strings.Repeat("x", rooms.MaxTextBytes))
	}
}

// nickOf is a name made of text, if there is one.
func nickOf(text string) string {
	for from := range text {
		for to := min(len(text), from+rooms.MaxNickBytes); to > from; to-- {
			if n, err := rooms.ParseNick(text[from:to]); err == nil {
				return n.String()
			}
		}
		if from > 40 {
			break
		}
	}
	return "b"
}

// proportionate fails the test if a row costs more than its columns allow.
func proportionate(t *testing.T, what string, rows []string, columns int) {
	t.Helper()
	for _, row := range rows {
		if most := columnBytes*max(columns, 2) + marginBytes; len(row) > most {
			t.Fatalf("%s: a row of %d columns has %d bytes, at most %d are due: %.400q", what, columns, len(row), most, row)
		}
	}
}

// drawnLinear draws a text at a place, for somebody whose name is in it and who
// searches for a part of it.
func drawnLinear(t *testing.T, place int, text, wanted string, width int, profile colorprofile.Profile) {
	t.Helper()
	d := drawers[place]
	s := inRoom(t, width, 24, profile, lynx, heron)
	s.happens(&rooms.Renamed{Member: rooms.Member{ID: you.ID, Nick: nickOf(wanted)}, Was: you.Nick})
	d.play(s, text)
	proportionate(t, d.name, s.Frame().Rows, width)
	s.reading.timeline.LookFor(wanted)
	tl := s.reading.timeline
	for id := tl.First(); id < tl.End(); id++ {
		rows := tl.Rows(id)
		proportionate(t, d.name, rows, width)
		for _, part := range []string{"e", wanted} {
			for _, look := range []theme.Style{theme.Hit, theme.Mention} {
				what := needle.New(part, false)
				rows = what.Highlight(rows, s.layout.ink, look)
			}
		}
		proportionate(t, d.name+", painted over and over", rows, width)
	}
	proportionate(t, d.name+", searched", s.Frame().Rows, width)
}

// crafted are texts that a careless row grows with.
var crafted = []string{
	strings.Repeat("b ", 2000),
	strings.Repeat("b", 4000),
	strings.Repeat("e", 30),
	strings.Repeat("a\u0301\u0301\u0301", 500),
	strings.Repeat("`\u0301`\u0301", 600),
	strings.Repeat("`b`b", 1000),
	strings.Repeat("**b** _e_ ~~b~~ ", 250),
	strings.Repeat("👩\u200d", 570),
	strings.Repeat("🇩", 1000),
	strings.Repeat("👍🏽", 500),
	strings.Repeat("\u1100", 1300),
	strings.Repeat("\u0915\u094d", 650),
	strings.Repeat("\U0001D158\U0001D165", 500),
	strings.Repeat("שלום b ", 350),
	strings.Repeat("> > > > > > b\n", 40),
	strings.Repeat("- **b**\n  - b\n", 20),
	"https://b.example/" + strings.Repeat("b", 1900) + " https://e.example/" + strings.Repeat("é", 300),
	strings.Repeat("http://b ", 440),
	"```go\n" + strings.Repeat("b=\"b\"/*e*/1;", 300) + "\n```",
	"```html\n" + strings.Repeat("<b e=\"b\">", 400) + "\n```",
	strings.Repeat("\t", 3000) + "b",
	strings.Repeat("`", 4000),
	strings.Repeat("*b*(_e_)", 450),
	strings.Repeat("漢", 1300),
}

// jumble is a text made of pieces of crafted ones and of hostile ones.
func jumble(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(30) {
		if random.IntN(2) == 0 {
			b.WriteString(hostile[random.IntN(len(hostile))])
			continue
		}
		text := []rune(crafted[random.IntN(len(crafted))])
		from := random.IntN(len(text))
		b.WriteString(string(text[from:min(from+random.IntN(60), len(text))]))
	}
	return strings.ToValidUTF8(b.String()[:min(b.Len(), rooms.MaxTextBytes)], "")
}

func FuzzDrawing(f *testing.F) {
	for i, text := range crafted[:4] {
		f.Add(byte(i), text[:30], "b", uint16(40*i))
	}
	f.Fuzz(func(t *testing.T, place byte, text, wanted string, width uint16) {
		text = rooms.Clean(text)
		if rooms.CheckText(text) == nil {
			drawnLinear(t, int(place)%len(drawers), text, rooms.CleanTopic(wanted), 1+int(width)%300, colorprofile.TrueColor)
		}
	})
}

// TestEveryFunctionThatDrawsIsHeld finds the functions that paint or cut, and
// those that measure or cut by other means than package cells.
func TestEveryFunctionThatDrawsIsHeld(t *testing.T) {
	held := map[string]bool{}
	for _, d := range drawers {
		for _, name := range strings.Fields(d.covers) {
			held[name] = true
		}
	}
	for _, file := range slices.Concat(sources(t, "."), sources(t, "timeline"), sources(t, "needle")) {
		for _, declared := range file.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if ok && calls(f, "Paint", "SGR", "cells.Cut", "cells.Repaint") && !held[nameOf(f)] {
				t.Errorf("%s draws, and no test holds it to its columns", nameOf(f))
			}
		}
	}
	for _, dir := range []string{".", "timeline", "needle", "style", "composer", "qr"} {
		for _, file := range sources(t, dir) {
			ast.Inspect(file, func(n ast.Node) bool {
				if f, ok := n.(*ast.FuncDecl); ok && calls(f, "ansi.Truncate", "ansi.TruncateLeft", "ansi.Cut", "ansi.Strip", "ansi.StringWidth", "ansi.FirstGraphemeCluster") {
					t.Errorf("%s/%s keeps its own count of cells; package cells has one", dir, f.Name.Name)
				}
				return true
			})
		}
	}
}

func sources(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}

// calls reports whether a function calls one of these: a method of that name, or a
// function of a package.
func calls(f *ast.FuncDecl, names ...string) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			name := s.Sel.Name
			if from, ok := s.X.(*ast.Ident); ok {
				found = found || slices.Contains(names, from.Name+"."+name)
			}
			found = found || slices.Contains(names, name)
		}
		return true
	})
	return found
}

// nameOf is a function's name, with its receiver's type.
func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	return kind.(*ast.Ident).Name + "." + f.Name.Name
}
