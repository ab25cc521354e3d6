package rooms

import "time"

// Snapshot is what the room is, as its log may keep it.
func (r *room) Snapshot() (snapshot []byte, epoch, number uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	snapshot, err = r.state.encode()
	return snapshot, r.state.epoch, r.state.number, err
}

// Vacant reports whether nobody is in the room, or waits at its door.
func (r *room) Vacant() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.state.roster.order) == 0 && len(r.state.doorway.knocks) == 0 && len(r.state.doorway.let) == 0
}

// Nodes are the servers of whoever is in the room or waits at its door.
func (r *room) Nodes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.nodes()
}

// Lost asks for what becomes of those whose server is gone.
func (r *room) Lost(node string, since time.Time) { r.append("", fence{node, since}) }

// Restore makes the room what a snapshot says that it is.
func (r *room) Restore(snapshot []byte) error {
	s, err := decodeState(snapshot)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = *s
	return nil
}

// Fenced ends every seat here.
func (r *room) Fenced() {}

// Stalled tells everybody here whether what they say waits.
func (r *room) Stalled(on bool) {}
