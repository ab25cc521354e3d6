package rooms

// Colours is how many name colours there are. Screens choose the shades; the
// number is shared, so that one person has the same colour on every screen.
const Colours = 12

// ColourOf returns the colour of a member, 0 to Colours-1: the 32-bit FNV-1a
// hash of the id, modulo [Colours]. The browser computes the same.
func ColourOf(memberID string) int { return int(hashOf(memberID) % Colours) }

// hashOf is FNV-1a, 32 bits.
func hashOf(text string) uint32 {
	const offset, prime = 2166136261, 16777619
	hash := uint32(offset)
	for i := range len(text) {
		hash = (hash ^ uint32(text[i])) * prime
	}
	return hash
}
