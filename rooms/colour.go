package rooms

// Colours is how many name colours there are. Screens choose the shades; the
// number is shared, so that one person has the same colour on every screen.
const Colours = 12

// ColourOf returns the colour of a member, 0 to Colours-1: the 32-bit FNV-1a
// hash of the id, modulo [Colours]. The browser computes the same.
func ColourOf(memberID string) int {
	const offset, prime = 2166136261, 16777619
	hash := uint32(offset)
	for i := range len(memberID) {
		hash = (hash ^ uint32(memberID[i])) * prime
	}
	return int(hash % Colours)
}
