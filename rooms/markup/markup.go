package markup

// MaxDepth is how deep quotes and lists nest: further in, a phone has no room
// left for words.
const MaxDepth = 4

// Block is a part of a message that stands on its own lines. The set is closed:
// [Paragraph], [Code], [Quote], [List].
type Block interface{ block() }

// Paragraph is lines of text, blank ones included.
type Paragraph struct{ Lines []Line }

// Code is text to be shown as it is, its lines parted by line feeds.
type Code struct {
	Lang string // as typed; empty if none was given
	Text string
}

// Quote is somebody's words, again in blocks.
type Quote struct{ Blocks []Block }

// List is a run of items.
type List struct{ Items []Item }

// Item is one entry of a list.
type Item struct {
	Marker string // as typed: "-", "*", "12."
	Depth  int    // 0 to MaxDepth-1
	Lines  []Line // at least one
}

func (Paragraph) block() {}
func (Code) block()      {}
func (Quote) block()     {}
func (List) block()      {}

// Line is the spans of one line; none if the line is empty.
type Line []Span

// Span is a piece of a line in one style. Text is never empty.
type Span struct {
	Text  string
	Style Style
}

// Style is a set of ways to show text.
type Style uint8

// Mono is code within a line. Link is an address that can be visited; the
// span's text is the whole address, and is what must be shown.
const (
	Bold Style = 1 << iota
	Italic
	Strike
	Mono
	Link
)

// Has reports whether s contains all of style.
func (s Style) Has(style Style) bool { return s&style == style }
