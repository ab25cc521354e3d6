package timeline

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// TestReactionsAreKeptOnce: however many screens show a message, who reacted to it is kept
// once for all but the one whose own copy of the event it is, and that only until the next.
func TestReactionsAreKeptOnce(t *testing.T) {
	said := &rooms.Said{Seq: 1, At: start, From: lynx.Person(), Text: "tea"}
	screens := make([]*Timeline, 50)
	for i := range screens {
		screens[i] = testTimeline(80)
		screens[i].Reader(fmt.Sprint(i), "")
		screens[i].Add(Said{said})
	}
	for i := range screens { // everybody reacts, and gets a copy of their own of that
		all := &rooms.Reacted{Seq: uint64(2 + i), From: rooms.Person{ID: fmt.Sprint(i)}, Re: 1, Emoji: "👍", On: true}
		own := &rooms.Reacted{Seq: all.Seq, From: all.From, Re: 1, Emoji: "👍", On: true, ID: "t1"}
		for j, s := range screens {
			if j == i {
				s.React(own)
			} else {
				s.React(all)
			}
		}
	}
	kept := map[*mended]bool{}
	for _, s := range screens {
		kept[s.at(0).mended] = true
		if n := len(s.at(0).mended.kinds[0].who); n != len(screens) {
			t.Errorf("%d have reacted", n)
		}
	}
	if len(kept) > 2 {
		t.Errorf("who reacted is kept %d times", len(kept))
	}
	late := testTimeline(80) // missed all but the last
	late.Add(Said{said})
	late.React(&rooms.Reacted{Seq: 51, From: rooms.Person{ID: "49"}, Re: 1, Emoji: "👍", On: true})
	if n := len(late.at(0).mended.kinds[0].who); n != 1 {
		t.Errorf("%d have reacted on a screen that missed the others", n)
	}
}

// TestReactionTouchesItsMessage: a reaction has the rows of its message drawn again, and no
// others; one to a message that isn't shown has nothing filled again.
func TestReactionTouchesItsMessage(t *testing.T) {
	tl := testTimeline(80)
	for i := range 40 {
		tell(tl, []rooms.Member{lynx, heron}[i%2], time.Duration(i)*time.Second, fmt.Sprint("message ", i))
	}
	seen(tl, 10)
	drawings := make(map[int]*drawing)
	for id := range tl.blocks {
		drawings[id] = tl.blocks[id].drawn
	}
	tl.React(&rooms.Reacted{Seq: 41, From: heron.Person(), Re: 5, Emoji: "👍", On: true})
	if !tl.shown.valid {
		t.Error("what isn't shown is to be drawn again")
	}
	tl.React(&rooms.Reacted{Seq: 42, From: heron.Person(), Re: 38, Emoji: "👍", On: true})
	if rows := strings.Join(bare(seen(tl, 10)), "\n"); !regexp.MustCompile(`message 37\n +👍 1\n`).MatchString(rows) {
		t.Errorf("it shows\n%s", rows)
	}
	for id := tl.view.lo; id < tl.view.hi; id++ {
		if have := tl.at(id).drawn; have != drawings[id] && id != 37 {
			t.Errorf("block %d was drawn again", id)
		}
	}
}

// TestRetractedLeavesMemory: nothing of what was taken back is kept by a screen, nor by
// the event that says so, which may wait for others.
func TestRetractedLeavesMemory(t *testing.T) {
	said := &rooms.Said{Seq: 1, At: start, From: lynx.Person(), Text: strings.Repeat("a secret ", 20)}
	changed := &rooms.Amended{Seq: 2, From: lynx.Person(), Re: 1, Text: "another secret"}
	retracted := &rooms.Retracted{Seq: 9, From: lynx.Person(), Re: 1}
	first, second := weak.Make(said), weak.Make(changed)
	tl := testTimeline(80)
	tl.Add(Said{said})
	said = nil
	tl.Add(Said{&rooms.Said{Seq: 3, At: start, From: heron.Person(), Text: "what?", Re: 1}})
	seen(tl, 10)
	tl.React(&rooms.Reacted{Seq: 4, From: heron.Person(), Re: 1, Emoji: "👍", On: true})
	tl.Amend(changed)
	changed = nil
	now := weak.Make(tl.at(0).item.(Said).Said)
	if rows := strings.Join(seen(tl, 10), "\n"); strings.Count(rows, "another secret") != 2 {
		t.Errorf("it shows\n%s", rows)
	}
	tl.Retract(retracted)
	if rows := strings.Join(seen(tl, 10), "\n"); strings.Contains(rows, "secret") || !strings.Contains(rows, "took this back") {
		t.Errorf("it shows\n%s", rows)
	}
	runtime.GC()
	if first.Value() != nil || second.Value() != nil || now.Value() != nil {
		t.Errorf("kept: the words %v, the change %v, the words then %v", first.Value() != nil, second.Value() != nil, now.Value() != nil)
	}
	runtime.KeepAlive(retracted)
	runtime.KeepAlive(tl)
}

// TestTakenBackNamesOnce: what stands for a message that its writer took back names them
// as often as the message did.
func TestTakenBackNamesOnce(t *testing.T) {
	for _, width := range []int{30, 40, 80, 200} {
		for _, action := range []bool{false, true} {
			tl := testTimeline(width)
			for seq := range uint64(3) {
				tl.Add(Said{&rooms.Said{Seq: seq + 1, At: start, From: lynx.Person(), Text: "a slip", Action: action}})
			}
			names := func() int { return strings.Count(strings.Join(seen(tl, 12), "\n"), lynx.Nick) }
			want := names()
			for seq := range uint64(3) {
				tl.Retract(&rooms.Retracted{Seq: seq + 9, From: lynx.Person(), Re: seq + 1})
				rows := strings.Join(seen(tl, 12), "\n")
				if names() != want || strings.Count(rows, "took this back") != int(seq+1) {
					t.Errorf("%d columns, action %v: it shows\n%s", width, action, rows)
				}
			}
		}
	}
}

// TestForgottenQuote: what quotes a message that this screen has forgotten is drawn again
// when that is taken back.
func TestForgottenQuote(t *testing.T) {
	tl := testTimeline(80)
	tl.most = 3
	tell(tl, lynx, 0, "a secret")
	tell(tl, lynx, 0, "more")
	tl.Add(Said{&rooms.Said{Seq: 3, At: start, From: heron.Person(), Text: "what?", Re: 1}})
	seen(tl, 10)
	tell(tl, lynx, 0, "and more")
	if rows := strings.Join(seen(tl, 10), "\n"); !strings.Contains(rows, "a secret") {
		t.Fatalf("nothing quotes what is forgotten:\n%s", rows)
	}
	tl.Retract(&rooms.Retracted{Seq: 5, From: lynx.Person(), Re: 1})
	if rows := strings.Join(seen(tl, 10), "\n"); strings.Contains(rows, "secret") {
		t.Errorf("it shows\n%s", rows)
	}
}

// TestChipsFold: reactions take one row, whatever the width, and those that don't fit are
// counted.
func TestChipsFold(t *testing.T) {
	for width := 20; width <= 100; width++ {
		tl := New(testTimeline(80).zone, testTimeline(80).now, func(rooms.Person) bool { return false })
		tl.Restyle(width, 12, 0, inkFor(theme.Dark, theme.None))
		tell(tl, lynx, 0, "tea")
		for i, emoji := range []string{"👍", "🎉", "❤️", "🏳️\u200d🌈", "👩\u200d👩\u200d👧", "🇩🇪", "👍🏽", "🐢", "🚀", "🔥", "😂", "💯"} {
			tl.React(&rooms.Reacted{Seq: uint64(i), From: heron.Person(), Re: 1, Emoji: emoji, On: true})
		}
		rows := bare(whole(tl))
		last := rows[len(rows)-1]
		if strings.Contains(rows[len(rows)-2], "👍") || tl.look.cells.Width(last) > width {
			t.Errorf("%d columns: %q", width, rows)
		}
		shown := strings.Count(last, " 1")
		if folded := fmt.Sprintf("+%d", 12-shown); (shown < 12) != strings.HasSuffix(last, folded) {
			t.Errorf("%d columns: %q shows %d", width, last, shown)
		}
	}
}

// TestChangedMark stands behind the words where it fits, and below them where not.
func TestChangedMark(t *testing.T) {
	for width := 20; width <= 120; width++ {
		tl := New(testTimeline(80).zone, testTimeline(80).now, func(rooms.Person) bool { return false })
		tl.Restyle(width, 12, 0, inkFor(theme.Dark, theme.None))
		tell(tl, lynx, 0, "x")
		tl.Amend(&rooms.Amended{Seq: 2, From: lynx.Person(), Re: 1, Text: strings.Repeat("漢字", 12)})
		rows := bare(whole(tl))
		if !strings.HasSuffix(rows[len(rows)-1], "(changed)") {
			t.Errorf("%d columns: %q", width, rows)
		}
		for _, row := range rows {
			if tl.look.cells.Width(row) > width {
				t.Errorf("%d columns: %q", width, row)
			}
		}
	}
}
