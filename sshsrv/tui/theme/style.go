package theme

import "sotto/rooms"

// A Style is a meaning that is drawn in a way of its own. What it looks like
// is for the [Ink] to say.
type Style uint8

const (
	Plain Style = iota // the terminal's own colours

	// Kinds of text.

	Dim    // what need not be read: times, hints, arrivals
	Accent // what sotto itself says and offers
	Warn   // it needs a look
	Bad    // it went wrong, it is lost

	// The frame around the timeline.

	BarName  // the room's name in a bar
	BarDim   // less important words in a bar
	BarWarn  // a bar's word that needs a look: a lost connection
	SealName // the room's name in the bar of a sealed room, whose ground no other has
	SealDim  // less important words there
	Prompt   // the sign in front of the composer
	Ghost    // what stands in an empty composer
	Divider  // where reading stopped
	Popup    // overlays and lists of candidates
	PopupHot // the chosen one among them
	Key      // the name of a key in a hint

	// The timeline.

	Time     // when
	Notice   // sotto speaks: errors, help
	Away     // a member whose connection is lost
	Whisper  // what only two can read
	Pending  // said, and not yet come back from the room
	Mention  // your own name in somebody's words
	Selected // the message that the keyboard has chosen
	Hit      // what was searched for
	Reply    // the quoted line that a message answers

	// Markup. Strong, Emph and Strike are attributes alone and go on top of
	// any other style.

	Strong
	Emph
	Strike
	Link
	Quote     // words behind a quote bar
	QuoteBar  // the bar
	Bullet    // the sign in front of a list item
	Heading   // reserved words that stand alone: names of help sections
	Code      // code within a line, and fenced code without a language
	Keyword   // tokens of fenced code
	String    //
	Number    //
	Comment   //
	Type      //
	Func      //
	CodeError //

	nick0
	numStyles = nick0 + rooms.Colours
)

// Nick returns the style of a name whose colour is i; see rooms.ColourOf. Any
// i is safe.
func Nick(i int) Style {
	return nick0 + Style(uint(i)%rooms.Colours)
}

// A hue is one entry of a palette. A palette gives every hue a value; a look
// says which hues a style is made of.
type hue uint8

const (
	hueNone hue = iota // the terminal's own
	hueDim
	hueAccent
	hueWarn
	hueBad
	hueLink
	hueCode
	hueKeyword
	hueString
	hueNumber
	hueType
	hueFunc
	hueBar      // background of bars
	hueBarText  //
	hueBarDim   //
	hueBarWarn  //
	huePop      // background of overlays
	huePopText  //
	hueHot      // background of the chosen entry
	hueHotText  //
	hueMark     // background of mentions and search hits
	hueMarkText //
	hueNick0
	numHues = hueNick0 + rooms.Colours
)

type attr uint8

const (
	bold attr = 1 << iota
	faint
	italic
	underline
	reverse
	strike
)

// A look is how a style is made. Attributes in mono are used where there are
// no colours at all, and stand for those that colours would say.
type look struct {
	fg, bg hue
	attr   attr
	mono   attr
}

var looks = [numStyles]look{
	Plain: {},

	Dim:    {fg: hueDim, mono: faint},
	Accent: {fg: hueAccent, mono: bold},
	Warn:   {fg: hueWarn, mono: bold},
	Bad:    {fg: hueBad, attr: bold, mono: bold},

	BarName:  {fg: hueBarText, bg: hueBar, attr: bold, mono: reverse | bold},
	BarDim:   {fg: hueBarDim, bg: hueBar, mono: reverse},
	BarWarn:  {fg: hueBarWarn, bg: hueBar, attr: bold, mono: reverse | bold},
	SealName: {fg: hueHotText, bg: hueHot, attr: bold, mono: reverse | bold | underline},
	SealDim:  {fg: hueHotText, bg: hueHot, mono: reverse | underline},
	Prompt:   {fg: hueAccent, attr: bold, mono: bold},
	Ghost:    {fg: hueDim, mono: faint},
	Divider:  {fg: hueWarn, mono: bold},
	Popup:    {fg: huePopText, bg: huePop},
	PopupHot: {fg: hueHotText, bg: hueHot, mono: reverse},
	Key:      {fg: hueBarText, bg: hueBar, attr: bold, mono: reverse | bold},

	Time:     {fg: hueDim, mono: faint},
	Notice:   {fg: hueAccent},
	Away:     {fg: hueDim, attr: italic, mono: faint},
	Whisper:  {fg: hueFunc, attr: italic, mono: italic},
	Pending:  {fg: hueDim, mono: faint},
	Mention:  {fg: hueMarkText, bg: hueMark, attr: bold, mono: bold | reverse},
	Selected: {fg: hueHotText, bg: hueHot, mono: reverse},
	Hit:      {fg: hueMarkText, bg: hueMark, attr: underline, mono: underline | reverse},
	Reply:    {fg: hueDim, mono: faint},

	Strong:    {attr: bold, mono: bold},
	Emph:      {attr: italic, mono: italic},
	Strike:    {attr: strike, mono: strike},
	Link:      {fg: hueLink, attr: underline, mono: underline},
	Quote:     {fg: hueDim, mono: faint},
	QuoteBar:  {fg: hueAccent},
	Bullet:    {fg: hueAccent},
	Heading:   {fg: hueAccent, attr: bold, mono: bold},
	Code:      {fg: hueCode},
	Keyword:   {fg: hueKeyword, mono: bold},
	String:    {fg: hueString},
	Number:    {fg: hueNumber},
	Comment:   {fg: hueDim, attr: italic, mono: faint},
	Type:      {fg: hueType},
	Func:      {fg: hueFunc},
	CodeError: {fg: hueBad},

	nick0:      {fg: hueNick0, attr: bold, mono: bold},
	nick0 + 1:  {fg: hueNick0 + 1, attr: bold, mono: bold},
	nick0 + 2:  {fg: hueNick0 + 2, attr: bold, mono: bold},
	nick0 + 3:  {fg: hueNick0 + 3, attr: bold, mono: bold},
	nick0 + 4:  {fg: hueNick0 + 4, attr: bold, mono: bold},
	nick0 + 5:  {fg: hueNick0 + 5, attr: bold, mono: bold},
	nick0 + 6:  {fg: hueNick0 + 6, attr: bold, mono: bold},
	nick0 + 7:  {fg: hueNick0 + 7, attr: bold, mono: bold},
	nick0 + 8:  {fg: hueNick0 + 8, attr: bold, mono: bold},
	nick0 + 9:  {fg: hueNick0 + 9, attr: bold, mono: bold},
	nick0 + 10: {fg: hueNick0 + 10, attr: bold, mono: bold},
	nick0 + 11: {fg: hueNick0 + 11, attr: bold, mono: bold},
}
