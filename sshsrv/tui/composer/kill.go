package composer

import "slices"

const (
	// maxKills is how many cut pieces Alt-Y can go back through.
	maxKills = 16
	// maxKillBytes is how much they hold together; the newest stays in any case.
	maxKillBytes = 128 << 10
)

// A killRing keeps what was cut, the newest last.
type killRing struct {
	pieces  []string
	growing bool // the last key cut too: what comes next belongs to it

	// The last yank, while Alt-Y may still replace it.
	yanked bool
	piece  int
}

// add keeps a cut piece; behind another cut it becomes part of that one, at its
// end, or before it if it was cut backwards.
func (k *killRing) add(piece string, backwards bool) {
	if piece == "" {
		return
	}
	n := len(k.pieces)
	switch {
	case !k.growing || n == 0:
		k.pieces = append(k.pieces, piece)
	case backwards:
		k.pieces[n-1] = piece + k.pieces[n-1]
	default:
		k.pieces[n-1] += piece
	}
	k.growing = true
	held := 0
	for i := len(k.pieces) - 1; i >= 0; i-- {
		held += len(k.pieces[i])
		if i < len(k.pieces)-1 && held > maxKillBytes || len(k.pieces)-i > maxKills {
			k.pieces = slices.Delete(k.pieces, 0, i+1)
			break
		}
	}
}

// cut removes text[from:to] and keeps it.
func (c *Composer) cut(from, to int, backwards bool) {
	c.kills.add(c.words(from, to), backwards)
	c.replace(from, to, "", alone)
}

// yank inserts the newest piece.
func (c *Composer) yank() {
	n := len(c.kills.pieces)
	if n == 0 {
		return
	}
	c.putBack(n-1, c.at, c.at)
}

// yankEarlier replaces what was just inserted by the piece before it.
func (c *Composer) yankEarlier() {
	k := &c.kills
	n := len(k.pieces)
	if !k.yanked || n < 2 {
		return
	}
	c.revert()
	c.putBack((k.piece+n-1)%n, c.at, c.at)
}

func (c *Composer) putBack(piece, from, to int) {
	k := &c.kills
	text := k.pieces[piece]
	if !c.hasRoom(len(text) - (to - from)) {
		return
	}
	c.replace(from, to, text, alone)
	k.yanked, k.piece = true, piece
}
