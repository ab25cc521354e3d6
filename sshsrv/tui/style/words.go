package style

import (
	"fmt"
	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// Name is the style of a person's name, the same on every screen.
func Name(p rooms.Person) theme.Style { return theme.Nick(rooms.ColourOf(p.ID)) }

// Plural counts something in words.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
