package rooms

// RememberedBytes is what a message costs whoever is there when it was said, all together.
const RememberedBytes = rememberedBytes

// Characters and Known are what names are made of, for tests.
const Characters = characters

func Known(r rune) bool { return known(string(r)) }

// OpenDoors opens every door that has closed by itself, for tests of what happens to
// crowds behind them.
func (h *Hub) OpenDoors() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		r.mu.Lock()
		r.state.doorway.bridge.forget()
		r.state.rules.Door = DoorOpen
		r.mu.Unlock()
	}
}

// SetHost makes somebody a host, or no longer, and SetDoor sets the door of a room, open
// and sealed, by no op.
func (h *Hub) SetHost(name RoomName, id string, on bool) {
	h.each(name, func(r *room) { r.state.roster.byID[id].Host = on })
}

func (h *Hub) SetDoor(name RoomName, door Door) {
	h.each(name, func(r *room) { r.state.rules.Door = door })
}

func (h *Hub) each(name RoomName, f func(*room)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for at, r := range h.rooms {
		if at.name == name {
			r.mu.Lock()
			f(r)
			r.mu.Unlock()
		}
	}
}

// Waiting is how many wait at doors, or are on their way in.
func (h *Hub) Waiting() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		r.mu.Lock()
		n += len(r.waiters) + len(r.state.doorway.let) + len(r.state.doorway.knocks)
		r.mu.Unlock()
	}
	return n
}

// Rooms is how many rooms there are now.
func (h *Hub) Rooms() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rooms)
}
