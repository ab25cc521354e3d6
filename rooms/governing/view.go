// Package governing words what governs a room, for those who read: its rules, who is a
// host, who may speak, and who is at the door. Every door that is written in Go says it
// so, and keeps what it needs for that in a [View].
//
// It knows no screen and no clock. What it makes are clauses, as package comings does:
// "each person may speak once in 30 seconds now". Who was removed is told there.
package governing

import (
	"cmp"
	"fmt"
	"slices"

	"sotto/rooms"
)

// A View is what one person knows of who governs the room that they are in. The zero
// value is that of nobody, in no room.
type View struct {
	Rules  rooms.Rules
	Knocks []Knock // who is at the door, for those who may open it, in the order of arrival

	id                  string // of this person
	watches             bool
	host, muted, speaks bool
	vote                rooms.Member // whom everybody is asked about; without an id: nobody
}

// Knock is somebody at the door.
type Knock struct {
	ID   string
	Name string // as nobody else at the door is called here; theirs, if they gave one
	Text string // what they say of themselves

	Watch bool // they want to watch
}

// Knocks says that they knock, and what they say.
func (k Knock) Knocks() string {
	knocks := k.Name + " knocks"
	if k.Watch {
		knocks += ", to watch"
	}
	if k.Text != "" {
		knocks += ": " + k.Text
	}
	return knocks
}

// Watches reports whether this person watches.
func (v *View) Watches() bool { return v.watches }

// watchMeans is what watching is, and what a room is told of it.
const watchMeans = "who watches reads, and says nothing"

// Watching says how many watch a room: "3 watch", "1 watches"; "" if nobody does.
func Watching(members []rooms.Member) string {
	switch n := rooms.Watchers(members); n {
	case 0:
		return ""
	case 1:
		return "1 watches"
	default:
		return fmt.Sprintf("%d watch", n)
	}
}

// Host reports whether this person may do what hosts may.
func (v *View) Host() bool { return v.host }

// Speaks reports whether this person may say something now, as far as that is not for
// the clock to say; if not, why says what keeps them.
func (v *View) Speaks() (why string, ok bool) {
	switch {
	case v.watches:
		return "you are watching: " + watchMeans, false
	case v.muted:
		return "you may not speak for now", false
	case v.Rules.Quiet && !v.host && !v.speaks:
		return "this room is quiet: " + quietMeans, false
	}
	return "", true
}

// Happen takes what happened, and returns a clause that says it to this person, or ""
// for what concerns other things.
func (v *View) Happen(e rooms.Event) string {
	switch e := e.(type) {
	case *rooms.Welcome:
		v.welcome(e)
	case *rooms.RulesSet:
		before := v.Rules
		v.Rules = e.Rules
		return v.rulesSet(e, before)
	case *rooms.HostSet:
		was := v.host
		if v.own(e.Member); v.host != was && !v.host {
			v.Knocks = nil
		}
		return v.hostSet(e.Member)
	case *rooms.Muted:
		v.own(e.Member)
		return v.silenced(e)
	case *rooms.SpeakSet:
		v.own(e.Member)
		return v.voiced(e.Member)
	case *rooms.Voting:
		return v.voting(e)
	case *rooms.Knocking:
		return v.knocking(e)
	case *rooms.Knocked:
		return v.knocked(e)
	case *rooms.Left:
		if e.Member.ID == v.vote.ID {
			v.vote = rooms.Member{}
		}
	case *rooms.Renamed:
		v.own(e.Member)
	case *rooms.Away:
		v.own(e.Member)
	case *rooms.AsideSet:
		v.own(e.Member)
	}
	return ""
}

func (v *View) welcome(e *rooms.Welcome) {
	*v = View{Rules: e.Rules}
	v.id, v.watches = e.You.ID, e.You.Watch
	v.own(e.You)
}

// own keeps what an event says of this person.
func (v *View) own(m rooms.Member) {
	if m.ID == v.id {
		v.host, v.muted, v.speaks = m.Host, m.Muted, m.Speaks
	}
}

func (v *View) rulesSet(e *rooms.RulesSet, before rooms.Rules) string {
	switch e.Why {
	case rooms.RulesRemoved:
		return "newcomers have to knock for ten minutes, since somebody was removed"
	case rooms.RulesFlood:
		return "newcomers have to knock for a while, since too many came at once"
	case rooms.RulesCalm:
		return "newcomers need not knock any more"
	}
	clause := changed(before, e.Rules)
	if e.From.ID == v.id || e.From.Nick == "" {
		return clause
	}
	return e.From.Nick + ": " + clause
}

func (v *View) hostSet(m rooms.Member) string {
	if m.Host {
		return v.about(m, "are", "is") + " a host now"
	}
	return v.about(m, "are", "is") + " no host any more"
}

func (v *View) silenced(e *rooms.Muted) string {
	if e.For == 0 {
		return v.about(e.Member, "may", "may") + " speak again"
	}
	return v.about(e.Member, "may", "may") + " not speak for " + Long(e.For)
}

func (v *View) voiced(m rooms.Member) string {
	if m.Speaks {
		return v.about(m, "may", "may") + " speak now, though the room is quiet"
	}
	return v.about(m, "may", "may") + " not speak any more where the room is quiet"
}

// Vote returns whom everybody is asked about, if a vote runs.
func (v *View) Vote() (about rooms.Member, runs bool) { return v.vote, v.vote.ID != "" }

func (v *View) voting(e *rooms.Voting) string {
	if v.vote = e.Member; e.Over {
		v.vote = rooms.Member{}
	}
	whom := cmp.Or(e.Member.Nick, nameless)
	if e.Member.ID == v.id {
		whom = "you"
	}
	if e.Over {
		return "the vote whether to remove " + whom + " is over, and nobody was removed"
	}
	return fmt.Sprintf("those who have been here for two minutes are asked whether to remove %s; %d have to agree within a minute", whom, e.Needed)
}

// about begins a clause about a member: "you are", "bob is".
func (v *View) about(m rooms.Member, you, they string) string {
	if m.ID == v.id {
		return "you " + you
	}
	return cmp.Or(m.Nick, nameless) + " " + they
}

// nameless is how somebody is called whose name this person does not know.
const nameless = "somebody"

// knocking keeps who is at the door.
func (v *View) knocking(e *rooms.Knocking) string {
	v.forget(e.Knock)
	if len(v.Knocks) >= maxKnocks {
		v.Knocks = slices.Delete(v.Knocks, 0, 1)
	}
	k := Knock{ID: e.Knock, Name: v.called(e.Nick), Text: e.Text, Watch: e.Watch}
	v.Knocks = append(v.Knocks, k)
	return k.Knocks()
}

// maxKnocks is how many at the door are known: no room has more of them, but a server
// may say so.
const maxKnocks = 32

// forget forgets somebody at the door, and returns who it was.
func (v *View) forget(id string) (k Knock, ok bool) {
	i := slices.IndexFunc(v.Knocks, func(k Knock) bool { return k.ID == id })
	if i < 0 {
		return Knock{}, false
	}
	k = v.Knocks[i]
	v.Knocks = slices.Delete(v.Knocks, i, i+1)
	return k, true
}

// called is what somebody at the door goes by: nobody's name is reserved there, so the
// second of a name has a number behind it.
func (v *View) called(nick string) string {
	nick = cmp.Or(nick, nameless)
	name := nick
	for n := 2; v.taken(name); n++ {
		name = fmt.Sprintf("%s-%d", nick, n)
	}
	return name
}

func (v *View) taken(name string) bool {
	_, found := rooms.Named(v.Knocking(), name)
	return found != rooms.NoneFound
}

// Knocking is what those at the door go by.
func (v *View) Knocking() []string {
	names := make([]string, len(v.Knocks))
	for i, k := range v.Knocks {
		names[i] = k.Name
	}
	return names
}

// Knock finds who at the door is meant by a name.
func (v *View) Knock(typed string) (Knock, bool) {
	i, found := rooms.Named(v.Knocking(), typed)
	if found != rooms.OneFound {
		return Knock{}, false
	}
	return v.Knocks[i], true
}

func (v *View) knocked(e *rooms.Knocked) string {
	k, ok := v.forget(e.Knock)
	switch {
	case !ok:
		return ""
	case e.Outcome == rooms.KnockAdmitted:
		return k.Name + " was let in"
	case e.Outcome == rooms.KnockDenied:
		return k.Name + " was sent away"
	}
	return k.Name + " does not knock any more"
}
