package seal

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/emoji"
)

var (
	annas = ID{1}
	bobs  = ID{2}
)

func nameOf(n int) Hash { return Hash{byte(n), byte(n >> 8), 1} }

// Of a thousand messages it is known what can be done with them, those counted that were
// taken back, and of none before.
func TestRecentIsBounded(t *testing.T) {
	r := newRecent()
	known := func(n int) bool {
		name := nameOf(n)
		return r.judge(payload{T: "retract", Re: &name}, annas, noon) == nil
	}
	for n := range 3 * rooms.RememberedMessages {
		r.add(nameOf(n), &remembered{seq: uint64(n), by: annas, at: noon})
		if n%3 == 0 {
			delete(r.messages, nameOf(n)) // taken back
		}
		if oldest := n - rooms.RememberedMessages + 1; oldest >= 0 && (known(oldest) != (oldest%3 != 0) || known(oldest-1)) {
			t.Fatalf("of the messages up to %d, %d is known: %v, and the one before: %v", n, oldest, known(oldest), known(oldest-1))
		}
		if len(r.messages) > rooms.RememberedMessages || len(r.order) > rooms.RememberedMessages {
			t.Fatalf("%d messages and %d names", len(r.messages), len(r.order))
		}
	}
}

// Whoever says much drives out what they said themselves, and nobody else's.
func TestRecentIsShared(t *testing.T) {
	var script struct {
		About  []string
		Scenes []struct {
			Name  string
			Steps []struct {
				Says, TakesBack string
				Times           int
				Known           map[string]int
			}
		}
	}
	behaviour.Read(t, "remembered", &script)
	for _, scene := range script.Scenes {
		t.Run(scene.Name, func(t *testing.T) {
			r, said := newRecent(), map[string][]Hash{} // by each what was not taken back
			n := 0
			known := func(name Hash) bool { return r.messages[name] != nil }
			for i, p := range scene.Steps {
				for range max(p.Times, 1) {
					if p.Says == "" {
						break
					}
					n++
					said[p.Says] = append(said[p.Says], nameOf(n))
					r.add(nameOf(n), &remembered{seq: uint64(n), by: ID([]byte(p.Says + "                ")), at: noon})
					if name, ok := r.number(uint64(n)); !ok || name != nameOf(n) {
						t.Fatalf("step %d: what was said just now is not known by its number", i+1)
					}
				}
				if all := said[p.TakesBack]; len(all) > 0 {
					oldest := slices.IndexFunc(all, known)
					delete(r.messages, all[oldest])
					said[p.TakesBack] = slices.Delete(all, oldest, oldest+1)
				}
				if p.Known == nil {
					continue
				}
				total := 0
				for who, want := range p.Known {
					all := said[who]
					newest := slices.IndexFunc(all, known)
					total += len(all) - newest
					if have := len(all) - newest; have != want || slices.ContainsFunc(all[newest:], func(name Hash) bool { return !known(name) }) {
						t.Errorf("step %d: of %s %d are known, want the newest %d", i+1, who, have, want)
					}
				}
				if len(r.messages) != total || len(r.order) > rooms.RememberedMessages {
					t.Errorf("step %d: %d messages are kept, and %d names", i+1, len(r.messages), len(r.order))
				}
			}
		})
	}
}

// However many come, react and go, of each reaction those are kept who are here, and how
// many have left: their kind stays, and what they put on nobody takes off.
func TestReactionsOfWhoLeftAreCounted(t *testing.T) {
	r := newRecent()
	name := nameOf(1)
	r.add(name, &remembered{by: annas, at: noon, options: 2})
	react := func(who ID, emoji string, on bool) *rooms.Error {
		p := payload{T: "react", Re: &name, Emoji: emoji, On: on}
		why := r.judge(p, who, noon)
		if why == nil {
			r.messages[name].react(emoji, on, who)
		}
		return why
	}
	for n := range 10_000 {
		who := ID{3, byte(n), byte(n >> 8)}
		if why := react(who, "1", true); why != nil {
			t.Fatal(why)
		}
		r.left(who)
	}
	m := r.messages[name]
	if each := m.reactions[0]; len(each.by) != 0 || cap(each.by) > 8 || each.gone != 10_000 {
		t.Fatalf("%d are kept, in %d places, and %d counted", len(each.by), cap(each.by), each.gone)
	}
	if react(annas, "1", true) != nil || react(annas, "1", false) != nil || len(m.reactions) != 1 {
		t.Error("the reactions of who left went with another's")
	}
	kinds := 0
	for _, e := range emoji.Complete("") {
		if text, _ := emoji.Parse(e.Text); m.index(text) < 0 && react(bobs, text, true) == nil {
			kinds++
		}
	}
	if kinds != rooms.MaxReactionKinds-2 {
		t.Errorf("%d kinds of emoji fit beside two options", kinds)
	}
	if why := react(bobs, "2", true); why != nil {
		t.Errorf("no option can be chosen: %v", why)
	}
	for n := range 20 {
		if why := react(bobs, strconv.Itoa(n+3), true); why != errNoOption {
			t.Errorf("option %d: %v", n+3, why)
		}
	}
	for _, kind := range append([]reaction(nil), m.reactions...) {
		if why := react(bobs, kind.emoji, false); (why == nil) == (kind.emoji == "1") {
			t.Errorf("%s is taken off: %v", kind.emoji, why)
		}
	}
	if len(m.reactions) != 1 {
		t.Errorf("%d kinds are left", len(m.reactions))
	}
}

// A change is late five minutes after what was said, by the clock that both are told by.
func TestAChangeIsLate(t *testing.T) {
	r := newRecent()
	name := nameOf(1)
	r.add(name, &remembered{by: annas, at: noon})
	for after, want := range map[time.Duration]*rooms.Error{-time.Hour: nil, 0: nil, rooms.AmendFor: nil, rooms.AmendFor + 1: errLate, 24 * time.Hour: errLate} {
		if why := r.judge(payload{T: "amend", Re: &name}, annas, noon.Add(after)); why != want {
			t.Errorf("after %v: %v, want %v", after, why, want)
		}
		for _, kind := range []string{"retract", "amend"} {
			if why := r.judge(payload{T: kind, Re: &name}, bobs, noon.Add(after)); why != errNotYours {
				t.Errorf("%s of another's: %v", kind, why)
			}
		}
		if why := r.judge(payload{T: "retract", Re: &name}, annas, noon.Add(after)); why != nil {
			t.Errorf("taken back after %v: %v", after, why)
		}
	}
}
