package style

import (
	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// The signs of the shapes of faces, in their order, and the plain ones of terminals that
// give signs two columns. None of them is an emoji anywhere, and each has one column.
var faces = [rooms.Shapes]struct{ sign, plain string }{
	{"●", "o"}, {"■", "#"}, {"◆", "%"}, {"▲", "^"}, {"▼", "v"}, {"►", ">"},
	{"◄", "<"}, {"○", "O"}, {"□", "="}, {"◇", "$"}, {"✚", "+"}, {"✕", "x"},
}

// Face is a person's face in one column: its shape, in the colour of their name. Without
// colours the shape is left.
func Face(ink *theme.Ink, h cells.Habits, p rooms.Person) string {
	return ink.Paint(Name(p), FaceSign(h, p))
}

// FaceSign is its shape alone.
func FaceSign(h cells.Habits, p rooms.Person) string {
	f := faces[rooms.FaceOf(p.ID).Shape]
	return h.Sign(f.sign, f.plain)
}
