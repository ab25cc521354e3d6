package rooms

import "slices"

// maxMet is how many people somebody remembers to have whispered with; those
// before them are forgotten.
const maxMet = 100

// Met is with whom one participant whispered, and under which names. Names change
// hands: whoever comes later under one is somebody else, and what is meant for the
// first must not reach them unasked. The zero value has met nobody.
type Met struct {
	people []Person // newest last; without an id: a name that changed hands
}

// Whispered remembers somebody whom a whisper came from or went to.
func (m *Met) Whispered(who Person) {
	m.people = slices.DeleteFunc(m.people, func(p Person) bool { return p.Nick == who.Nick })
	if len(m.people) == maxMet {
		m.people = slices.Delete(m.people, 0, 1)
	}
	m.people = append(m.people, who)
}

// Doubt remembers that somebody else may be meant by a name than goes by it now.
func (m *Met) Doubt(nick string) { m.Whispered(Person{Nick: nick}) }

// Another reports whether somebody is not who was met under their name. That is
// said once: from then on they are.
func (m *Met) Another(who Person) bool {
	for _, p := range m.people {
		if p.Nick == who.Nick && p.ID != who.ID {
			m.Whispered(who)
			return true
		}
	}
	return false
}
