package tui

import (
	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/theme"
)

// cardWidth is what a card of prose would like, in columns.
const cardWidth = 66

// keyHelp is what the screen's own keys do.
var keyHelp = []hint{
	{"Enter", "say it"},
	{"Shift-Enter", "a new line; or Alt-Enter, Ctrl-J, \\ and Enter"},
	{"Tab", "complete a command, a name, a room, an :emoji:"},
	{"↑ ↓", "what you said before; the newest can be changed"},
	{"PgUp PgDn, wheel", "read back; Home and End with nothing typed"},
	{"F3, Ctrl-S", "find; Enter, then n and N"},
	{"Ctrl-R", "find in what you sent; Enter takes it"},
	{"Alt-↑, Ctrl-O", "choose a message: answer, react, vote, change…"},
	{"click", "fold, name, link, reaction: does what it says"},
	{"Shift and drag", "select, as your terminal does; or /mouse off"},
	{"F2", "who is here; Enter on somebody: what to do"},
	{"Alt-1…9, Alt-←→", "another room of this window; or /join its name"},
	{"F7 F8", "answer yes or no to who knocks, or in a vote"},
	{"Esc", "take back what waits to be said"},
	{"Ctrl-C", "clear what is typed; leave, pressed again"},
}

// helpCard lists the commands and keys, or explains one command.
func helpCard(name string) *card {
	if entry, ok := command.Lookup(name); ok {
		return &card{title: "/" + entry.Name, wide: cardWidth, rows: func(l look, width, _ int) []string {
			return append([]string{l.ink.Paint(theme.Accent, entry.Usage())}, l.wrap(entry.Help+".", width)...)
		}}
	}
	return &card{title: "help", key: "f1", wide: cardWidth, rows: func(l look, width, _ int) []string {
		rows := []string{l.ink.Paint(theme.Heading, "keys")}
		for _, h := range keyHelp {
			rows = append(rows, l.pair(h.key, h.does, 18, width)...)
		}
		rows = append(rows, l.pair(l.hostSign()+" "+l.mutedSign()+" "+voiceSign, "behind a name: a host, muted, let speak", 18, width)...)
		rows = append(rows, "", l.ink.Paint(theme.Heading, "commands"))
		for _, entry := range command.Table(command.Terminal) {
			rows = append(rows, l.pair(entry.Usage(), entry.Help, 18, width)...)
		}
		rows = append(rows, "")
		for _, aside := range []string{
			"//text says a line that begins with a slash",
			"--plain behind the room as you come in: nothing is repainted, as screen readers and slow lines want it",
		} {
			for _, row := range l.wrap(aside, width) {
				rows = append(rows, l.ink.Paint(theme.Dim, row))
			}
		}
		return rows
	}}
}

// privacyCard shows what the server holds about this session, and where the door is the
// server's, what that holds and never took, and what the screen does.
func privacyCard(held []rooms.HeldField, door, chosen, kept func() []rooms.HeldField, nevers []string) *card {
	return &card{title: "what is held about you", wide: cardWidth + 14, rows: func(l look, width, _ int) []string {
		rows := l.wrap("These are the fields themselves, read just now. All of it is in memory only and goes when you leave.", width)
		first := min(rooms.HeldFirst, len(held))
		rows = append(rows, "", l.ink.Paint(theme.Heading, "what matters most"))
		rows = append(rows, l.heldRows(held[:first], width)...)
		rows = append(rows, "", l.ink.Paint(theme.Heading, "everything else about your place"))
		rows = append(rows, l.heldRows(held[first:], width)...)
		if door != nil {
			rows = append(rows, "", l.ink.Paint(theme.Heading, "your connection"))
			rows = append(rows, l.heldRows(door(), width)...)
			rows = append(rows, "", l.ink.Paint(theme.Heading, "what you chose since you came"))
			rows = append(rows, l.heldRows(chosen(), width)...)
			rows = append(rows, "", l.ink.Paint(theme.Heading, "what is remembered for you here"))
			rows = append(rows, l.heldRows(kept(), width)...)
		}
		if len(nevers) > 0 {
			rows = append(rows, "", l.ink.Paint(theme.Heading, "never taken"))
			for _, never := range nevers {
				for i, row := range l.wrap(never, max(width-2, 1)) {
					rows = append(rows, []string{"· ", "  "}[min(i, 1)]+row)
				}
			}
		}
		return rows
	}}
}

func (l look) heldRows(held []rooms.HeldField, width int) []string {
	var rows []string
	for _, f := range held {
		rows = append(rows, l.pair(f.Name, heldWords(f), 18, width)...)
	}
	return rows
}

// heldWords is a field's value and reason, in a sentence.
func heldWords(f rooms.HeldField) string {
	value := rooms.CleanTopic(f.Value)
	if value == "" {
		value = "nothing"
	}
	if f.Why == "" {
		return value
	}
	return value + " — " + f.Why
}
