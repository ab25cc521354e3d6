package timeline

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/needle"
)

// desk is a timeline to which anything may happen, with a slice that is filled
// again and again, as a screen does it.
type desk struct {
	*Timeline
	t      *testing.T
	r      *rand.Rand
	dst    []string
	now    time.Time
	words  int
	muted  string
	rolled int
}

func newDesk(t *testing.T, seed uint64) *desk {
	d := &desk{t: t, r: rand.New(rand.NewPCG(seed, 1)), now: start}
	d.Timeline = New(time.UTC, func() time.Time { return d.now }, func(p rooms.Person) bool { return p.ID == d.muted })
	d.you, d.called = you.ID, needle.New(you.Nick, true)
	d.most, d.mostBytes = 5+d.r.IntN(80), 2000+d.r.IntN(200_000)
	d.resize()
	return d
}

// resize turns the window to any size.
func (d *desk) resize() {
	height := 1 + d.r.IntN(30)
	d.dst = make([]string, height)
	d.view.height = height
	d.Restyle(20+d.r.IntN(200), max(height+d.r.IntN(2), leastFolded+1), 0, testTimeline(80).look.ink)
}

// prose is so many words, no two of which are alike.
func (d *desk) prose(lines, n int) string {
	var b strings.Builder
	for line := range lines {
		if line > 0 {
			b.WriteByte('\n')
		}
		for range n {
			d.words++
			fmt.Fprint(&b, "word-", d.words, "; ")
		}
	}
	return strings.TrimSpace(b.String())
}

// say adds what somebody says, a while after what was said before.
func (d *desk) say(who rooms.Member, pause time.Duration, text string) {
	d.now = d.now.Add(pause)
	said := &rooms.Said{Seq: uint64(d.End() + 1), At: d.now, From: who.Person(), Text: text, Action: d.r.IntN(20) == 0}
	switch d.r.IntN(20) {
	case 0:
		said.Options = []string{d.prose(1, 1), d.prose(1, 1+d.r.IntN(4)), d.prose(1, 1)}
	case 1, 2:
		said.Re = uint64(d.End() - d.r.IntN(20))
	case 3:
		said.Text, said.Gone = "", true
	}
	var it Item = Said{said}
	if d.r.IntN(30) == 0 {
		it = Whispered{&rooms.Whispered{At: d.now, From: who.Person(), To: you.Person(), Text: text}}
	}
	d.Add(it)
}

// step does anything.
func (d *desk) step() {
	r := d.r
	any := func() int { return d.first + r.IntN(max(len(d.blocks), 1)) }
	people := []rooms.Member{lynx, lynx, lynx, heron, you}
	switch op := r.IntN(35); op {
	case 0, 1, 2, 3: // a flood
		who := people[r.IntN(len(people))]
		for range r.IntN(40) {
			d.say(who, time.Duration(r.IntN(800))*time.Millisecond, d.prose(1+r.IntN(1+r.IntN(6)), 1+r.IntN(4)))
		}
	case 4, 5, 6: // talk
		for range r.IntN(4) {
			d.say(people[r.IntN(len(people))], time.Duration(r.IntN(200))*time.Second, d.prose(1, 1+r.IntN(40)))
		}
	case 7: // tall
		d.say(lynx, time.Second, d.prose(1+r.IntN(40), 1+r.IntN(8)))
	case 8:
		d.say(lynx, time.Millisecond, you.Nick+" "+d.prose(1, 3))
	case 9:
		d.Add(&Note{when: d.now, sign: "·", text: d.prose(1, 1+r.IntN(20))})
	case 10:
		d.words++
		d.Happen(comings.Happening{What: comings.Arrived, Who: rooms.Person{ID: fmt.Sprint(d.words), Nick: fmt.Sprint("guest-", d.words)}}, d.now)
	case 11, 12:
		d.Scroll(-1 - r.IntN(20))
	case 13:
		d.Scroll(1 + r.IntN(20))
	case 14:
		d.ToTop()
	case 15, 16:
		d.ToEnd()
	case 17:
		d.resize()
	case 18, 19:
		d.toggle(any())
	case 20:
		d.muted = []string{"", "", lynx.ID, heron.ID}[r.IntN(4)]
		d.Regroup()
	case 21: // search
		d.needle = needle.New([]string{"", "word-" + fmt.Sprint(r.IntN(d.words+1))}[r.IntN(2)], false)
		d.redraw()
		for id := d.first; d.needle.Text() != "" && d.Has(id); id++ {
			if d.Matches(id) {
				d.Reveal(id)
				d.holds(id)
				break
			}
		}
	case 22: // choose
		d.selected, d.needle = None, needle.Needle{}
		d.redraw()
		if id, ok := d.choosable(any(), 1); ok && r.IntN(2) == 0 {
			d.selected = id
			d.show(id)
		}
	case 23:
		if d.Divide(None); r.IntN(3) > 0 && len(d.blocks) > 0 {
			d.Divide(d.End() - 1)
		}
	case 24:
		d.SetFolding(r.IntN(3) > 0)
	case 25:
		if len(d.blocks) > 0 {
			d.begin(any())
		}
	case 26:
		d.Fade([]time.Duration{0, time.Minute, 10 * time.Minute}[r.IntN(3)])
	case 27:
		d.Leave()
		d.Enter()
	case 28:
		d.now = d.now.Add(time.Duration(r.IntN(300)) * time.Second)
		d.Expire()
		d.checkFaded()
	case 29, 30, 31:
		for range 1 + r.IntN(30) {
			emoji := []string{"1", "3", "👍", "🎉", "🏳️‍🌈", "👍🏽", "🇩🇪", "🐢", "🚀"}[r.IntN(9)]
			d.React(&rooms.Reacted{From: people[r.IntN(len(people))].Person(), Re: uint64(any() + 1), Emoji: emoji, On: r.IntN(3) > 0})
		}
	case 32, 33:
		if id := any(); d.Has(id) {
			text := d.prose(1+r.IntN(1+r.IntN(40)), 1+r.IntN(8))
			if r.IntN(3) == 0 {
				text += " " + you.Nick
			}
			d.Amend(&rooms.Amended{From: d.Item(id).Author(), Re: uint64(id + 1), Text: text})
		}
	case 34:
		if id := any(); d.Has(id) {
			gone := ""
			if s, ok := d.Item(id).(Said); ok && !d.isPast(id) {
				gone = s.Text
			}
			d.Retract(&rooms.Retracted{From: people[r.IntN(len(people))].Person(), Re: uint64(id + 1)})
			d.checkGone(gone)
		}
	}
}

// checkGone: nothing that is drawn says what was taken back.
func (d *desk) checkGone(text string) {
	d.t.Helper()
	word, _, _ := strings.Cut(text, ";")
	if d.Fill(d.dst); len(word) < len("word-1") || !strings.HasPrefix(word, "word-") {
		return
	}
	for id := d.first; d.Has(id); id++ {
		if b := d.at(id); b.drawn != nil && strings.Contains(ansi.Strip(strings.Join(b.drawn.rows, "\n")), word+";") {
			d.fail("%q was taken back, and block %d says it", word, id)
		}
	}
	if strings.Contains(ansi.Strip(strings.Join(d.dst, "\n")), word+";") {
		d.fail("%q was taken back", word)
	}
}

// checkBytes: what is kept is counted.
func (d *desk) checkBytes() {
	d.t.Helper()
	bytes := 0
	for i := range d.blocks {
		bytes += d.blocks[i].size()
	}
	if bytes != d.bytes || len(d.blocks) > 1 && bytes > d.mostBytes {
		d.fail("%d bytes are kept of %d, and %d are counted", bytes, d.mostBytes, d.bytes)
	}
}

// checkFaded: nothing is here for longer than its room lets it.
func (d *desk) checkFaded() {
	d.t.Helper()
	from := d.first
	for _, e := range append(slices.Clone(d.eras), era{d.End(), d.fades}) {
		for ; from < e.end; from++ {
			if age := d.now.Sub(d.began) - d.at(from).came.duration(); e.after > 0 && age >= e.after {
				d.fail("block %d is %v old and should be gone after %v", from, age, e.after)
			}
		}
	}
}

// holds fails the test unless the screen shows what is searched for in a block.
func (d *desk) holds(id int) {
	if len(d.dst) < 3 {
		return
	}
	d.tuck()
	d.Fill(d.dst)
	if !strings.Contains(strings.Join(strings.Fields(ansi.Strip(strings.Join(d.dst, " "))), ""), d.needle.Text()) {
		d.fail("the hit in block %d is not on the screen", id)
	}
}

func (d *desk) fail(format string, args ...any) {
	d.t.Helper()
	d.t.Fatalf(format+"; the screen is\n%s", append(args, ansi.Strip(strings.Join(d.dst, "\n")))...)
}

// a row is what a row says, however it looks.
func bare(rows []string) []string {
	plain := make([]string, len(rows))
	for i, row := range rows {
		plain[i] = strings.TrimRight(ansi.Strip(row), " ")
	}
	return plain
}

// check fails the test unless the screen shows a run of what there is.
func (d *desk) check() {
	d.t.Helper()
	if d.shown.valid && d.view.follow {
		d.rolled++
	}
	d.tuck()
	d.Fill(d.dst)
	all, shown := bare(whole(d.Timeline)), bare(d.dst)
	blanks := 0
	for blanks < len(shown) && shown[blanks] == "" {
		blanks++
	}
	n := len(shown) - blanks
	at := None
	for i := len(all) - n; i >= 0 && at == None; i-- { // from the end: two rows may be alike
		if n > 0 && d.showsRun(all[i:i+n], shown[blanks:]) {
			at = i
		}
	}
	switch {
	case n > 0 && at == None:
		d.fail("no run of the rows")
	case blanks > 0 && (at > 0 || !d.view.follow || n < len(all)):
		d.fail("%d rows are blank, and %d of %d are shown", blanks, n, len(all))
	case d.view.follow && at+n != len(all) && n > 0:
		d.fail("follows, and does not show the newest")
	}
	if blanks > 0 {
		for id := d.first; d.Has(id); id++ {
			if d.tucked(id) {
				d.fail("%d rows are blank while block %d is folded", blanks, id)
			}
		}
	}
	d.checkFolds()
	d.checkBytes()
	d.checkDrawn()
	d.checkName(shown[blanks:])
	d.checkRoll()
}

// showsRun reports whether rows are on the screen as they are, but that its top may say who
// speaks, or one row, of a page that is read back to, when that was.
func (d *desk) showsRun(rows, shown []string) bool {
	dated := 0
	for i, row := range shown {
		if row == rows[i] || i == 0 && d.isCrown(row) {
			continue
		}
		was, is := row, rows[i]
		if d.look.side {
			cut := func(s string) string { return s[len(d.look.cells.Cut(s, sideIndent, "")):] }
			was, is = cut(was), cut(is)
		} else if at := strings.LastIndex(was, "  "); at >= 0 {
			was = strings.TrimRight(was[:at], " ")
		}
		if dated++; was != is || d.view.follow {
			return false
		}
	}
	return dated < 2
}

// isCrown reports whether a row says who speaks at the top of the screen.
func (d *desk) isCrown(row string) bool {
	return slices.ContainsFunc(d.blocks, func(b block) bool {
		return speaks(b.item) && bare([]string{d.crownRow(&b)})[0] == row
	})
}

// checkFolds: a closed fold hides enough, and nothing that must be seen.
func (d *desk) checkFolds() {
	d.t.Helper()
	if d.Has(d.End()-1) && d.tucked(d.End()-1) {
		d.fail("the newest is folded")
	}
	for i, r := range d.bursts {
		if i > 0 && d.bursts[i-1].end > r.first || r.first < d.first || r.end > d.End() {
			d.fail("burst %+v of blocks %d to %d", r, d.first, d.End())
		}
		f := r.fold
		if f == nil || f.thin {
			continue
		}
		if f.from < r.first || f.home > f.from || f.to >= r.end {
			d.fail("fold %+v of burst %+v", f, r)
		}
		rows, lines, said := 0, 0, map[string]bool{}
		for id := f.from; id < f.to; id++ {
			b := d.at(id)
			rows += d.weight(id)
			s := b.item.(Said)
			lines += 1 + strings.Count(s.Text, "\n")
			said[s.From.ID] = true
			if b.mine || b.calls || b.divider && id > f.from {
				d.fail("block %d is folded", id)
			}
		}
		if rows < leastFolded {
			d.fail("%d rows are folded", rows)
		}
		if l, people := d.tallyOf(f); l != lines || people != len(said) {
			d.fail("%d lines of %d people are folded, and it says %d of %d", lines, len(said), l, people)
		}
	}
}

// checkDrawn: rows are held of what is on the screen, and of nothing else.
func (d *desk) checkDrawn() {
	d.t.Helper()
	for i := range d.blocks {
		if id := d.first + i; d.blocks[i].drawn != nil && (id < d.view.lo || id >= d.view.hi) {
			d.fail("block %d holds rows and is not shown", id)
		}
	}
}

// checkName: it can be seen who said what is at the top.
func (d *desk) checkName(shown []string) {
	d.t.Helper()
	if len(d.dst) < crownRows || len(shown) < len(d.dst) {
		return
	}
	id, row, ok := d.rowAt(0)
	if !ok || !speaks(d.at(id).item) || id == d.selected {
		return
	}
	if next, _, ok := d.rowAt(1); !ok || next != id && (!speaks(d.at(next).item) || d.at(next).isHead()) {
		return // the next row says who goes on
	}
	who := d.at(id).item.Author().Nick
	if name := d.at(id).drawn.name; int(name) < row && !strings.Contains(shown[0], who) {
		d.fail("%s is not named at the top", who)
	}
}

// checkRoll: what was rolled is what would be filled anew.
func (d *desk) checkRoll() {
	d.t.Helper()
	fresh := *d.Timeline
	fresh.blocks, fresh.bursts = slices.Clone(d.blocks), slices.Clone(d.bursts)
	for i, r := range fresh.bursts {
		if r.fold != nil {
			f := *r.fold
			f.tally.who = maps.Clone(f.tally.who)
			fresh.bursts[i].fold = &f
		}
	}
	want := make([]string, len(d.dst))
	fresh.fillAll(want)
	if !slices.Equal(d.dst, want) {
		d.fail("rolled; filled anew it is\n%s\nand", ansi.Strip(strings.Join(want, "\n")))
	}
}

// TestAnythingMayHappen lets anything happen in any order, on timelines of any
// bound, in windows of any size. Whatever it was, the screen is a run of the rows
// that there are: none is missing, none is there twice, none is blank while there
// is something to show, and nothing that came moves what somebody reads.
func TestAnythingMayHappen(t *testing.T) {
	rolled := 0
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d := newDesk(t, seed)
			for range 120 {
				d.step()
				d.check()
				d.read()
			}
			rolled += d.rolled
		})
	}
	if rolled < 600 {
		t.Errorf("rolled %d times only", rolled)
	}
}

// read lets somebody read further up while others talk: nothing moves.
func (d *desk) read() {
	d.t.Helper()
	if d.view.follow {
		return
	}
	top, _, _ := d.rowAt(0)
	before := slices.Clone(d.dst)
	for range d.r.IntN(3) {
		d.say([]rooms.Member{lynx, heron}[d.r.IntN(2)], time.Duration(d.r.IntN(900))*time.Millisecond, d.prose(1+d.r.IntN(3), 5))
	}
	if top <= d.first || d.shown.top > 0 { // what was read is gone for the bound's sake
		return
	}
	d.tuck()
	if d.Fill(d.dst); !slices.Equal(d.dst, before) {
		d.fail("what was read moved; it was\n%s\nand", ansi.Strip(strings.Join(before, "\n")))
	}
}
