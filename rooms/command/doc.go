// Package command holds sotto's slash commands, once: their names, arguments
// and help, how a typed line is read, and what can complete it. The terminal
// and the browser explain and complete commands from the same table; the
// browser gets it as web/static/commands/table.js, and reads lines with a twin of
// this package. Both run the same scripts, in rooms/behaviour: parse, complete,
// accident, buried, slips and people.
//
// The package runs nothing and knows nobody: a parsed line is a value, and the
// participant's own end acts on it. Who is here comes from [Names].
//
// # What it guarantees
//
//   - A line whose first mark is a single slash is never speech. A mistyped
//     command comes back as [Unknown] or [Problem], because sending it as text
//     could publish what was meant for one person. That holds for "/" alone and
//     for "/ msg" too.
//   - What is read is what would be shown: white space of every kind, and all
//     that cleaning takes away, is as if it were not there, before the slash and
//     between the words. Full-width forms are the ASCII that they stand for, in
//     a command's own words; a whispered text stays as it is.
//   - A line that can only have been meant as a command, with a sign before its
//     slash, another in its place or one that looks like it, is a [Problem].
//   - So is, where it is known who is here, what a hand that misses the slash makes
//     of a whisper to one of them: "!msg anna hi" (see [ParseAmong]). "msg anna hi"
//     is ordinary talk.
//   - "//text" says "/text".
//   - Else only the first line that is not blank is looked at: a later one may begin
//     with a slash.
//   - Anything else is speech, unchanged.
package command

//go:generate go test -run ^TestBrowserTableIsCurrent$ -update
