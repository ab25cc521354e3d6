package rooms

// Asides is what one participant's own end has said of who is away, so that it says it once:
// why somebody is whom they whisper to, and that they are shown as away themselves, when they
// say something. The zero value has said nothing. It keeps no words.
type Asides struct{ told map[string]bool } // of whom, by member id, since they went

// Happen takes what happened and returns what this participant is told because of it, or "".
// find finds who is here; what is hidden of whoever they ignore, it hides too.
func (a *Asides) Happen(e Event, you string, find func(id string) (Member, bool), ignoring *Ignoring) string {
	switch e := e.(type) {
	case *Welcome:
		if !e.Resumed {
			a.told = nil
		}
	case *Left:
		delete(a.told, e.Member.ID)
	case *AsideSet:
		if e.Seq > 0 { // else it goes with a welcome
			delete(a.told, e.Member.ID)
		}
		switch {
		case e.ID == "" || e.Member.ID != you:
		case e.Member.Aside.On:
			return "You are shown as away in this room" + e.Member.Aside.Why() + ". /back ends it."
		default:
			return "You are not shown as away any more."
		}
	case *Said:
		if e.ID != "" && a.tells(you, find) {
			return "You are shown as away still. /back ends it."
		}
	case *Whispered:
		if e.From.ID != you || !a.tells(e.To.ID, find) {
			return ""
		}
		m, _ := find(e.To.ID)
		return m.Nick + " is away" + ignoring.Shown(m).Why()
	}
	return ""
}

// tells reports whether somebody is away, and it was not said yet.
func (a *Asides) tells(id string, find func(id string) (Member, bool)) bool {
	m, ok := find(id)
	if !ok || !m.Aside.On || a.told[id] {
		return false
	}
	if a.told == nil {
		a.told = make(map[string]bool)
	}
	a.told[id] = true
	return true
}

// Shown is whether a member is away, and why as far as it is not hidden.
func (g *Ignoring) Shown(m Member) Aside {
	if g.Has(m.Person()) {
		m.Aside.Text = ""
	}
	return m.Aside
}

// Why is what stands behind "away": ": back at three", or nothing.
func (a Aside) Why() string {
	if a.Text == "" {
		return ""
	}
	return ": " + a.Text
}

// NotAside is for who wants to be back and is not away.
const NotAside = "You are not shown as away. /away TEXT shows it beside your name."
