// Package markup reads the light Markdown of a message, once, into a structure
// that every screen shows in its own way.
//
// It guarantees three things. Nothing is lost: all that is left out of the
// structure is markers, and whatever is not a marker by the rules below stays
// exactly as it was typed, spaces and blank lines included. The cost is linear
// in the length of the text. The structure is shallow: quotes and lists nest
// [MaxDepth] deep, and a span of text carries its styles as a set.
//
// The package knows nothing of people, rooms, colours or widths, and it doesn't
// clean: it is given text that rooms.Clean has returned. Mentions and short
// codes for emoji are not its business. The browser has a twin of it, written
// from this grammar; testdata/vectors.json holds both to it.
//
// # Blocks
//
// A text is lines, parted by line feeds. Each line begins, continues or ends a
// block; the first rule that fits wins.
//
//   - Code. An opening fence is at most 3 spaces, 3 or more backticks, spaces,
//     an optional language of at most 32 of a-z A-Z 0-9 + # . _ -, spaces. A
//     closing fence is at most 3 spaces, at least as many backticks, spaces.
//     The lines between are the code, untouched. An opening fence that no line
//     closes is no fence.
//   - Quote. A line of ">", one space and something that is not a space begins
//     a quote. Lines of ">" and a space, or of ">" and nothing but spaces,
//     continue it. Without their ">" and the one space after it, the lines of a
//     quote are blocks again. Inside [MaxDepth] quotes, ">" is text.
//   - List. An item is at most 12 spaces, a marker, one space, and a text that
//     begins with no space and has at least one character that is neither ASCII
//     punctuation nor white space. A marker is "-", "*", or one to three digits
//     and a full stop. Items one after the other are one list. An item that is
//     indented further than the one it follows is one deeper; a line that is
//     indented at least as far as an item's text, and isn't blank, continues
//     the item.
//   - Paragraph. Everything else: lines as they are, blank ones among them.
//
// # Spans
//
// Within a line of a paragraph or an item, from left to right:
//
//   - What a reader sees as one character is never cut. A run of backticks or a
//     cluster is text where what follows goes on the character before it (a mark, a
//     joiner, a skin's colour, a vowel or final of Hangul, Thai or Lao, a narrow
//     Katakana's), where U+200D stands before it, and between halves of flags.
//   - Code is anything between two runs of one, two or three backticks, equally
//     many. If it begins and ends with a space, and has more than spaces, one
//     space is left out at each end.
//   - A link is http:// or https:// in any case, not after a word character;
//     then a host, which is letters, digits, ".", "-" and "_" of ASCII,
//     beginning and ending with a letter or digit, or an IPv6 address in
//     brackets; then perhaps ":" and up to five digits; then perhaps "/", "?"
//     or "#" and a run of address characters. If what follows the host and port
//     is "@" or a non-ASCII address character, there is no link: the host that
//     a reader sees would not be the one that is visited. Nor is there one where
//     what goes on its last character follows, joiners among it. Address characters
//     are visible ASCII without " < > \ ^ ` { | } and characters from U+00C0 on
//     but for the blocks of punctuation and forms U+2000, U+3000 and U+FF00; and a
//     joiner (U+200C, U+200D) between two letters or marks of scripts in which it
//     shows (U+0600 to U+0DFF, U+0F00 to U+109F, U+1780 to U+1C4F), or U+200D
//     between two pictures of an emoji (U+2194, U+2195, U+2600 to U+27BF, U+2B1B,
//     U+1F300 to U+1FAFF; the first may have its selector). At
//     the end of that run, any of . , ; : ! ? ' " * _ ~ is left to the
//     sentence, as is a ")" or "]" that was not opened inside it. The span's
//     text is the address.
//   - A cluster is an unbroken run of "*", "_" and "~". It may be markers if
//     each run of equal characters in it is one of * ** *** _ ~~; otherwise it
//     is text. ** is bold, * and _ italic, ~~ strike; *** is ** and *.
//
// A cluster can open when it stands at the start of the line, or after white
// space, ( [ { " ' or a non-ASCII character that is not a word character; and
// when a letter or number follows. If it has no "_" and stands at the
// start or after white space, a non-ASCII character or one of
// " ' ( [ { $ # @ & + % ` may also follow.
//
// A cluster can close when it stands after anything but white space, and what
// follows is not a word character. Word characters are the letters, marks and
// numbers below U+0E00: of the scripts that put spaces between words.
//
// A cluster that can close, and of whose markers at least one is open, closes
// those, in order; each also ends what was opened inside it and not closed,
// which thereby is text, as are its markers that were not open. Where it has
// ***, the later opened of ** and * comes first. Any other cluster that can open
// opens its markers, of *** first the **; one that was open already is text
// then. Whatever is open at the end of the line is text.
package markup
