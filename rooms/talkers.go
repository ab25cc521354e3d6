package rooms

// Talkers are what one participant's end knows of who is in the room's voice. The zero value
// knows of nobody.
type Talkers struct{ now map[string]Voice } // by member id

// Happen takes what happened, and reports whether that changes how somebody is in voice.
func (t *Talkers) Happen(e Event) bool {
	switch e := e.(type) {
	case *Welcome:
		t.now = nil // whoever is, is told right behind it
	case *Left:
		delete(t.now, e.Member.ID)
	case *Away:
		if e.Member.Away {
			delete(t.now, e.Member.ID)
		}
	case *VoiceNow:
		was := t.now[e.Member]
		if t.now == nil {
			t.now = make(map[string]Voice)
		}
		if e.In && (was.In || len(t.now) < MaxVoiceSize) {
			t.now[e.Member] = Voice{In: true, Muted: e.Muted, Speaking: e.Speaking}
		} else {
			delete(t.now, e.Member)
		}
		return was != t.now[e.Member]
	}
	return false
}

// Of is how a member is in voice.
func (t *Talkers) Of(id string) Voice { return t.now[id] }

// Words say how somebody is in voice, in a list, or nothing. Two are of one length: they
// take turns as somebody speaks.
func (v Voice) Words() string {
	switch {
	case !v.In:
		return ""
	case v.Muted:
		return "in voice, mic off"
	case v.Speaking:
		return "speaking"
	}
	return "in voice"
}
