package rooms

// Characters and Known are what names are made of, for tests.
const Characters = characters

func Known(r rune) bool { return known(string(r)) }

// Rooms is how many rooms there are now.
func (h *Hub) Rooms() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rooms)
}
