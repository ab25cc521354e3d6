package tui

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	theme_ "sotto/sshsrv/tui/theme"
)

// host is this person as a host, and others as what they can be.
var (
	host  = rooms.Member{ID: you.ID, Nick: you.Nick, Via: you.Via, Host: true}
	muted = rooms.Member{ID: heron.ID, Nick: heron.Nick, Via: heron.Via, Muted: true}
)

// someRules are some, and allRules all that there can be.
var (
	someRules = rooms.Rules{Door: rooms.DoorKnock, Slow: 30 * time.Second}
	allRules  = rooms.Rules{Door: rooms.DoorKnock, Slow: 30 * time.Second, Quiet: true, Fade: 10 * time.Minute, NoLinks: true}
)

// makes has this person make the room that they are in.
func (s *sitting) makes() {
	theme := s.layout.themeName
	*s = *newSitting(s.t, s.layout.width, s.layout.height, map[theme_.Depth]colorprofile.Profile{theme_.None: colorprofile.ASCII, theme_.TrueColor: colorprofile.TrueColor}[s.layout.depth])
	s.layout.wear(theme)
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: host, Members: []rooms.Member{host}},
		&rooms.Notice{Code: rooms.MadeHost, Text: "You are the host. Its key: " + aKey}, &rooms.KeyShown{Words: aKey})
}

const aToken = "Zm9yIGV4YW1wbGUgb25seQ"

const aKey = "otter lemon seven quiet harbor"

// hosts makes this person a host, with others who are what they can be.
func (s *sitting) hosts() {
	s.happens(&rooms.HostSet{Member: host}, &rooms.Muted{Member: muted, For: 10 * time.Minute})
}

// sets has somebody set rules.
func (s *sitting) sets(who rooms.Member, rules rooms.Rules) {
	s.happens(&rooms.RulesSet{From: who.Person(), Rules: rules})
}

// knock is somebody at the door.
func knock(id, nick, text string) *rooms.Knocking {
	return &rooms.Knocking{Knock: id, Nick: nick, Text: text}
}

// asked is the last op that this person asked for.
func (s *sitting) asked() rooms.Op {
	if len(s.Screen.seat.(*fakeSeat).ops) == 0 {
		return nil
	}
	return s.Screen.seat.(*fakeSeat).ops[len(s.Screen.seat.(*fakeSeat).ops)-1]
}

// governedStates are what a room that is governed looks like.
var governedStates = []struct {
	name string
	play func(s *sitting)
}{
	{"governed-made", func(s *sitting) { s.makes() }},
	{"governed-rules", func(s *sitting) { s.talk(); s.sets(lynx, someRules); s.sets(lynx, allRules) }},
	{"governed-host", func(s *sitting) { s.hosts(); s.talk(); s.sets(you, someRules) }},
	{"governed-roster", func(s *sitting) { s.hosts(); s.talk(); s.types("f2") }},
	{"governed-menu", func(s *sitting) { s.hosts(); s.talk(); s.types("f2", "down", "enter", "down", "down") }},
	{"governed-menu-guest", func(s *sitting) { s.talk(); s.types("f2", "enter") }},
	{"governed-card", func(s *sitting) { s.hosts(); s.sets(you, someRules); s.talk(); s.types("/rules", "enter", "down") }},
	{"governed-card-guest", func(s *sitting) {
		s.happens(&rooms.HostSet{Member: rooms.Member{ID: lynx.ID, Nick: lynx.Nick, Via: lynx.Via, Host: true}})
		s.sets(lynx, allRules)
		s.talk()
		s.types("/rules", "enter")
	}},
	{"governed-card-hostless", func(s *sitting) { s.sets(lynx, someRules); s.talk(); s.types("/rules", "enter") }},
	{"governed-key", func(s *sitting) {
		s.hosts()
		s.talk()
		s.types("/key", "enter")
		s.happens(&rooms.KeyShown{Words: aKey, ID: s.asked().(rooms.AskKey).ID})
	}},
	{"governed-invited", func(s *sitting) {
		s.hosts()
		s.talk()
		s.types("/invite once", "enter")
		s.happens(&rooms.Invited{Token: aToken, Uses: 1, ID: s.asked().(rooms.Invite).ID})
	}},
	{"governed-uninvited", func(s *sitting) {
		s.hosts()
		s.talk()
		s.types("/uninvite", "enter")
		s.happens(&rooms.Invited{ID: s.asked().(rooms.Uninvite).ID})
	}},
	{"governed-burn", func(s *sitting) { s.hosts(); s.talk(); s.types("/burn", "enter") }},
	{"governed-quiet", func(s *sitting) { s.talk(); s.sets(lynx, rooms.Rules{Quiet: true}) }},
	{"governed-muted", func(s *sitting) {
		s.talk()
		m := you
		m.Muted = true
		s.happens(&rooms.Muted{Member: m, For: 9 * time.Minute})
		s.types("but I")
	}},
	{"governed-slow", func(s *sitting) {
		s.sets(lynx, rooms.Rules{Slow: 30 * time.Second})
		s.talk()
		s.types("too early", "enter")
		s.tooSoon(12 * time.Second)
	}},
	{"governed-knock", func(s *sitting) {
		s.hosts()
		s.talk()
		s.sets(you, someRules)
		s.happens(knock("k1", "quiet-otter-2", "it is me, from work; I lost the other place when the train went into the tunnel"), knock("k2", "calm-crow", ""))
	}},
	{"governed-leapt", func(s *sitting) { s.talk(); s.leapsTo(lynx, fresh) }},
	{"governed-vote", func(s *sitting) { s.talk(); s.passes(2 * time.Minute); s.asksAbout(heron) }},
	{"governed-voted", func(s *sitting) { s.talk(); s.passes(2 * time.Minute); s.asksAbout(heron); s.types("f7") }},
	{"governed-removed", func(s *sitting) {
		s.talk()
		s.happens(&rooms.Left{Member: heron, Reason: rooms.LeftRemoved, Why: "spam"},
			&rooms.RulesSet{Rules: rooms.Rules{Door: rooms.DoorKnock}, Why: rooms.RulesRemoved})
		s.flushes()
	}},
}

// asksAbout begins a vote.
func (s *sitting) asksAbout(who rooms.Member) {
	s.happens(&rooms.Voting{Member: who, Needed: 3, Ends: s.now.Add(rooms.VoteFor)})
}

// tooSoon refuses what is on its way, for a rule's sake.
func (s *sitting) tooSoon(wait time.Duration) {
	s.happens(&rooms.Refused{ID: rooms.IDOf(s.asked()), Err: &rooms.Error{Code: rooms.TooSoon, Message: "Slow.", Wait: wait}})
}

// governedSizes are what is common, and what is narrow and low.
var governedSizes = []struct{ width, height int }{{60, 18}, {80, 24}}

// TestGovernedScreens holds each of them as text, and with its styles on a light ground.
func TestGovernedScreens(t *testing.T) {
	for _, state := range governedStates {
		t.Run(state.name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range governedSizes {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					s := inRoom(t, size.width, size.height, profile, lynx, heron)
					s.types("/theme light", "enter")
					state.play(s)
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, state.name, plain.String())
			golden(t, state.name+".styled", styled.String())
		})
	}
}

// TestTitleGivesWay: of what the title says, this person's being a host gives way first,
// then the rules from the last on, which are counted; the room's kind never does.
func TestTitleGivesWay(t *testing.T) {
	s := inRoom(t, 120, 24, colorprofile.ASCII, lynx)
	s.hosts()
	s.sets(lynx, allRules)
	for _, test := range []struct {
		width int
		title string
	}{
		{120, " sotto · #tea · open · you host · knock · slow 30s · quiet · fade 10m · no links — the server could read this"},
		{80, " #tea · open · knock · slow 30s · quiet · fade 10m · no links"},
		{64, " #tea · open · knock · slow 30s · quiet · fade 10m +1"},
		{60, " #tea · open · knock · slow 30s · quiet +2"},
		{32, " #tea · open · knock +4"},
		{27, " #tea · open · 5 rules"},
		{22, " #tea · open"},
	} {
		s.do(tea.WindowSizeMsg{Width: test.width, Height: 24})
		if got := strings.SplitN(s.text(), "\n", 2)[0]; !strings.HasPrefix(got, test.title+" ") || !strings.HasSuffix(got, "2 here") && !strings.HasSuffix(got, " 2") {
			t.Errorf("%d columns: %q", test.width, got)
		}
	}
	for width := 20; width < 160; width++ {
		for _, name := range []rooms.RoomName{"t", "garden-42", "a-room-whose-name-is-as-long-as-they-get"} {
			s.name = name
			s.happens(knock("k", "calm-crow", "hello"))
			s.do(tea.WindowSizeMsg{Width: width, Height: 24})
			if got := strings.SplitN(s.text(), "\n", 2)[0]; !strings.Contains(got, "open") || !strings.Contains(got, "1 knock") {
				t.Errorf("%d columns, %s: %q", width, name, got)
			}
		}
	}
}

// TestResumedState: what a person is and what the rules are is what the welcome says,
// whatever was missed.
func TestResumedState(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.hosts()
	s.sets(lynx, allRules)
	s.happens(knock("k", "calm-crow", "hello"))
	silent := you
	silent.Muted = true
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: silent, Members: []rooms.Member{silent, lynx}, Rules: rooms.Rules{Slow: time.Minute}, Resumed: true})
	head := strings.Join(strings.Split(s.text(), "\n")[:2], "\n")
	if !strings.HasPrefix(head, " sotto · #tea · open · slow 1m") || strings.Contains(head, "knock") || !strings.Contains(head, "quiet-otter ⊘ (you)") {
		t.Errorf("at the top is\n%s", head)
	}
	s.shows("You are muted for now.")
	s.hides("★", "F7")
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: host, Members: []rooms.Member{host, lynx}, Resumed: true})
	s.shows("open · you host — the server", "quiet-otter ★ (you)", "say something")
	s.hides("You are muted for now.", "⊘")
}

// TestPowersAtTheDoor: who knocks is named by their name, and what opens a card asks for
// nothing; TestAsked has the rest.
func TestPowersAtTheDoor(t *testing.T) {
	for typed, want := range map[string]rooms.Op{
		"/admit calm-crow":  rooms.Decide{Knock: "k1", In: true},
		"/deny @Calm-Crow":  rooms.Decide{Knock: "k1"},
		"/admit brave-lynx": nil,
		"/burn":             nil,
		"/rules":            nil,
		"/door":             nil,
	} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
		s.happens(&rooms.HostSet{Member: host}, knock("k1", "calm-crow", ""))
		s.types(typed, "enter")
		if got, want := opWords(s.asked()), opWords(want); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

// opWords shows an op without its id, and what its pointers point at.
func opWords(op rooms.Op) string {
	text, err := json.Marshal(op)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%T ", op) + regexp.MustCompile(`"ID":"[^"]*",?`).ReplaceAllString(string(text), "")
}

// An invitation is shown to who asked for it just now, on a card that forgets it, and none
// is asked for in a sealed room, whose link is its key.
func TestInvitationsAreShownOnce(t *testing.T) {
	shown := func(s *sitting) bool { return strings.Contains(strings.Join(s.Frame().Rows, "\n"), aToken) }
	s := inRoom(t, 100, 30, colorprofile.ASCII)
	s.happens(&rooms.Invited{Token: aToken, ID: "x"})
	if shown(s) {
		t.Error("an invitation is shown that nobody asked for")
	}
	s.types("/invite 10m", "enter")
	id := s.asked().(rooms.Invite).ID
	s.happens(&rooms.Invited{Token: aToken, For: 10 * time.Minute, ID: id})
	if !shown(s) {
		t.Error("an invitation is not shown")
	}
	s.types("esc")
	s.happens(&rooms.Invited{Token: aToken, ID: id})
	if shown(s) {
		t.Error("an invitation is shown twice")
	}
	before := len(s.Screen.seat.(*fakeSeat).ops)
	s.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: host, Members: []rooms.Member{host}})
	s.types("/invite once", "enter")
	for _, op := range s.Screen.seat.(*fakeSeat).ops[before:] {
		if _, ok := op.(rooms.Invite); ok {
			t.Errorf("asked for in a sealed room: %+v", op)
		}
	}
	if words := strings.Join(s.Frame().Rows, "\n"); !strings.Contains(words, "bears no invitation") {
		t.Errorf("nothing says why:\n%s", words)
	}
}
