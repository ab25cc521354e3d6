package rooms

// Shapes is how many shapes a face can have.
const Shapes = 12

// A Face is the small mark that stands for somebody beside their name, made of their
// member id alone: the same on every screen of a room, another one in another room. The
// shape tells people apart who look alike to eyes that see fewer colours; the second
// colour is never the first.
type Face struct {
	Shape  int // 0 to Shapes-1
	Colour int // of the shape, that of the name; see [ColourOf]
	Second int // of what is behind it, where there is room for that
}

// FaceOf returns a member's face: the digits of the hash that [ColourOf] takes, in
// twelves from the last one, colour, shape, and how far the second colour is from the
// first. The browser computes the same.
func FaceOf(memberID string) Face {
	hash := hashOf(memberID)
	colour := hash % Colours
	second := (colour + 1 + hash/Colours/Shapes%(Colours-1)) % Colours
	return Face{Shape: int(hash / Colours % Shapes), Colour: int(colour), Second: int(second)}
}
