package command

import (
	"strings"
	"time"
)

// table is every command. Its makers refer to no other entry, so it can be a plain literal.
var table = []Entry{
	{
		Name: "help", Help: "List the commands, or explain one", Where: everywhere,
		Args: []Arg{{Name: "command", Kind: Command, Optional: true}},
		make: func(a []string) Input { return Help{Command: a[0]} },
	},
	{
		Name: "nick", Help: "Change the name you go by here", Where: everywhere,
		Elsewhere: []string{"name"},
		Args:      []Arg{{Name: "nick", Kind: Name}},
		make:      func(a []string) Input { return Nick{Nick: a[0]} },
	},
	{
		Name: "me", Help: "Say what you do: * you wave", Where: everywhere,
		Elsewhere: []string{"action", "emote"},
		Args:      []Arg{{Name: "text", Kind: Text}},
		make:      func(a []string) Input { return Me{Text: a[0]} },
	},
	{
		Name: "msg", Help: "Whisper to one person", Where: everywhere,
		Elsewhere: []string{"w", "whisper", "tell", "pm", "dm", "query"},
		Args:      []Arg{{Name: "nick", Kind: Member}, {Name: "text", Kind: Text}},
		make:      func(a []string) Input { return Msg{Nick: a[0], Text: a[1]} },
	},
	{
		Name: "reply", Help: "Whisper back to whoever whispered to you last", Where: everywhere,
		Args: []Arg{{Name: "text", Kind: Text}},
		make: func(a []string) Input { return Reply{Text: a[0]} },
	},
	{
		Name: "react", Help: "React to the newest message by an emoji, or choose by a poll's number; again takes it off; alone: who did", Where: everywhere,
		Elsewhere: []string{"reaction", "emoji"},
		Args:      []Arg{{Name: "emoji", Kind: Emoji, Optional: true}, {Name: "nick", Kind: Member, Optional: true}},
		make:      func(a []string) Input { return React{Emoji: a[0], Nick: a[1]} },
	},
	{
		Name: "retract", Help: "Take your newest message back; a host also somebody's", Where: everywhere,
		Elsewhere: []string{"delete", "undo", "del"},
		Args:      []Arg{{Name: "nick", Kind: Member, Optional: true}},
		make:      func(a []string) Input { return Retract{Nick: a[0]} },
	},
	{
		Name: "amend", Help: "Change your newest message, for five minutes", Where: everywhere,
		Elsewhere: []string{"edit", "s"},
		Args:      []Arg{{Name: "text", Kind: Text}},
		make:      func(a []string) Input { return Amend{Text: a[0]} },
	},
	{
		Name: "poll", Help: "Ask everybody, with two to ten answers; /react 1 chooses the first, and several may be chosen", Where: everywhere,
		Args: []Arg{{Name: "question | a | b …", Kind: Question}},
		make: func(a []string) Input {
			question, answers, _ := cutPoll(a[0])
			return Poll{Question: question, Answers: answers}
		},
	},
	{
		Name: "away", Help: "Show beside your name that you are away, and why, until /back", Where: everywhere,
		Elsewhere: []string{"afk", "brb", "status"},
		Args:      []Arg{{Name: "text", Kind: Text, Optional: true}},
		make:      func(a []string) Input { return Away{Text: a[0]} },
	},
	{
		Name: "back", Help: "Say that you are back", Where: everywhere,
		Elsewhere: []string{"unaway", "here"},
		make:      func([]string) Input { return Back{} },
	},
	{
		Name: "who", Help: "List who is here", Where: everywhere,
		Elsewhere: []string{"names", "users", "list"},
		make:      func([]string) Input { return Who{} },
	},
	{
		Name: "topic", Help: "Show or set the topic; /topic - clears it", Where: everywhere,
		Args: []Arg{{Name: "text", Kind: Line, Optional: true}},
		make: func(a []string) Input {
			switch a[0] {
			case "":
				return Topic{}
			case "-":
				return Topic{Set: true}
			}
			return Topic{Set: true, Text: a[0]}
		},
	},
	{
		Name: "join", Help: "Go to another room", Where: everywhere,
		Elsewhere: []string{"j", "room", "channel"},
		Args:      []Arg{{Name: "room", Kind: Room}},
		make:      func(a []string) Input { return Join{Room: a[0]} },
	},
	{
		Name: "invite", Help: "Show the ways in, or make one past the door: for one, a while, or to watch", Where: everywhere,
		Elsewhere: []string{"share", "link"},
		Args:      []Arg{{Name: "minutes", Kind: Minutes, Optional: true, Choices: []string{"once", "watch"}}},
		make: func(a []string) Input {
			switch a[0] {
			case "":
				return Invite{}
			case "once":
				return Invite{Once: true}
			case "watch":
				return Invite{Watch: true}
			}
			return Invite{For: amount(a[0], time.Minute)}
		},
	},
	{
		Name: "uninvite", Help: "Void all invitations that were made", Where: everywhere,
		make: func([]string) Input { return Uninvite{} },
	},
	{
		Name: "ignore", Help: "Hide what somebody says, or list whom you ignore", Where: everywhere,
		Elsewhere: []string{"block"},
		Args:      []Arg{{Name: "nick", Kind: Member, Optional: true}},
		make:      func(a []string) Input { return Ignore{Nick: a[0]} },
	},
	{
		Name: "unignore", Help: "Show somebody's words again", Where: everywhere,
		Elsewhere: []string{"unblock"},
		Args:      []Arg{{Name: "nick", Kind: Ignored}},
		make:      func(a []string) Input { return Unignore{Nick: a[0]} },
	},
	{
		Name: "clear", Help: "Empty your own screen", Where: Terminal | Browser,
		Elsewhere: []string{"cls"},
		make:      func([]string) Input { return Clear{} },
	},
	{
		Name: "find", Help: "Look for words in what your own screen remembers", Where: Terminal | Browser,
		Elsewhere: []string{"search", "grep", "lastlog"},
		Args:      []Arg{{Name: "text", Kind: Text, Optional: true}},
		make:      func(a []string) Input { return Find{Text: a[0]} },
	},
	{
		Name: "fold", Help: "Fold what is too much at once, or show everything", Where: everywhere,
		Args: []Arg{{Name: "what", Kind: Choice, Choices: []string{"on", "off"}, Optional: true}},
		make: func(a []string) Input { return Fold{Choice: a[0]} },
	},
	{
		Name: "times", Help: "Show the time of every message, or one every five minutes", Where: everywhere,
		Elsewhere: []string{"time", "timestamps"},
		Args:      []Arg{{Name: "what", Kind: Choice, Choices: []string{"on", "off"}, Optional: true}},
		make:      func(a []string) Input { return Times{Choice: a[0]} },
	},
	{
		Name: "notify", Help: "Choose what may call for your attention", Where: everywhere,
		Args: []Arg{{Name: "when", Kind: Choice, Choices: []string{"off", "mentions", "all"}, Optional: true}},
		make: func(a []string) Input { return Notify{When: a[0]} },
	},
	{
		Name: "highlight", Help: "Choose words that call you as your name does; alone: which do", Where: everywhere,
		Elsewhere: []string{"hilight", "keyword", "keywords"},
		Args:      []Arg{{Name: "words", Kind: Words, Optional: true, Choices: []string{"off"}}},
		make: func(a []string) Input {
			switch a[0] {
			case "":
				return Highlight{}
			case "off":
				return Highlight{Off: true}
			}
			return Highlight{Words: strings.Split(a[0], " ")}
		},
	},
	{
		Name: "theme", Help: "Change the colours of your own screen", Where: Terminal | Browser,
		Elsewhere: []string{"colors", "colours"},
		Args:      []Arg{{Name: "name", Kind: Theme, Optional: true}},
		make:      func(a []string) Input { return ChangeTheme{Name: a[0]} },
	},
	{
		Name: "mouse", Help: "Give the mouse to the room, or back to your terminal for selecting", Where: Terminal,
		Args: []Arg{{Name: "what", Kind: Choice, Choices: []string{"on", "off"}, Optional: true}},
		make: func(a []string) Input { return Mouse{Choice: a[0]} },
	},
	{
		Name: "privacy", Help: "Show everything the server holds about you", Where: everywhere,
		make: func([]string) Input { return Privacy{} },
	},
	{
		Name: "verify", Help: "Show twelve words to compare: in a sealed room they are the same for everybody", Where: everywhere,
		Args: []Arg{{Name: "same", Kind: Choice, Choices: []string{"same"}, Optional: true}},
		make: func(a []string) Input { return Verify{Same: a[0] != ""} },
	},
	{
		Name: "seal", Help: "Make a sealed room, whose words this server can't read", Where: everywhere,
		make: func([]string) Input { return Seal{} },
	},
	{
		Name: "send", Help: "Offer a file to everybody here", Where: everywhere,
		Elsewhere: []string{"upload", "file"},
		Args:      []Arg{{Name: "file", Kind: Text, Optional: true}},
		make:      func(a []string) Input { return Send{File: a[0]} },
	},
	{
		Name: "take", Help: "Take a file that is offered, the newest or that of a number", Where: Terminal | Lines,
		Args: []Arg{{Name: "number", Kind: Number, Optional: true}},
		make: func(a []string) Input { return Take{Number: number(a[0])} },
	},
	{
		Name: "cancel", Help: "Stop taking a file, or offering one", Where: Terminal | Lines,
		Args: []Arg{{Name: "number", Kind: Number, Optional: true}},
		make: func(a []string) Input { return Cancel{Number: number(a[0])} },
	},
	{
		Name: "rules", Help: "Show what holds for everybody in this room", Where: everywhere,
		make: func([]string) Input { return Rules{} },
	},
	{
		Name: "key", Help: "Show a key of this room: who has it can be a host", Where: everywhere,
		make: func([]string) Input { return Key{} },
	},
	{
		Name: "host", Help: "Be a host by the room's key, or make somebody one", Where: everywhere,
		Elsewhere: []string{"op"},
		Args:      []Arg{{Name: "words|nick", Kind: Claimed}},
		make: func(a []string) Input {
			if words, ok := keyWords(a[0]); ok {
				return Host{Key: words}
			}
			return Host{Nick: a[0]}
		},
	},
	{
		Name: "unhost", Help: "Make somebody no host any more", Where: everywhere,
		Elsewhere: []string{"deop"},
		Args:      []Arg{{Name: "nick", Kind: Member}},
		make:      func(a []string) Input { return Unhost{Nick: a[0]} },
	},
	{
		Name: "door", Help: "Say who may come in: everybody, who is let in, or who is invited", Where: everywhere,
		Elsewhere: []string{"lock"},
		Args:      []Arg{{Name: "door", Kind: Choice, Choices: []string{"open", "knock", "locked"}, Optional: true}},
		make:      func(a []string) Input { return Door{Door: a[0]} },
	},
	{
		Name: "admit", Help: "Let in somebody who knocks", Where: everywhere,
		Args: []Arg{{Name: "nick", Kind: Knocker}},
		make: func(a []string) Input { return Admit{Nick: a[0]} },
	},
	{
		Name: "deny", Help: "Send away somebody who knocks", Where: everywhere,
		Args: []Arg{{Name: "nick", Kind: Knocker}},
		make: func(a []string) Input { return Deny{Nick: a[0]} },
	},
	{
		Name: "remove", Help: "Put somebody out; newcomers knock for ten minutes then", Where: everywhere,
		Elsewhere: []string{"kick", "ban"},
		Args:      []Arg{{Name: "nick", Kind: Member}, {Name: "reason", Kind: Text, Optional: true}},
		make:      func(a []string) Input { return Remove{Nick: a[0], Reason: a[1]} },
	},
	{
		Name: "vote", Help: "Choose by a poll's number, as /react does; or, where no host is, ask all whether to remove somebody, or answer", Where: everywhere,
		Args: []Arg{{Name: "nick", Kind: Member, Choices: []string{"yes", "no"}}},
		make: func(a []string) Input { return Vote{Nick: a[0]} },
	},
	{
		Name: "mute", Help: "Keep somebody from speaking for a while", Where: everywhere,
		Args: []Arg{{Name: "nick", Kind: Member}, {Name: "minutes", Kind: Amount, Optional: true, Default: "10"}},
		make: func(a []string) Input { return Mute{Nick: a[0], For: amount(a[1], time.Minute)} },
	},
	{
		Name: "unmute", Help: "Let somebody speak again", Where: everywhere,
		Args: []Arg{{Name: "nick", Kind: Member}},
		make: func(a []string) Input { return Unmute{Nick: a[0]} },
	},
	{
		Name: "slow", Help: "Let each person speak only once in so many seconds", Where: everywhere,
		Elsewhere: []string{"slowmode"},
		Args:      []Arg{{Name: "seconds", Kind: Amount, Choices: []string{"off"}}},
		make:      func(a []string) Input { return Slow{For: amount(a[0], time.Second)} },
	},
	{
		Name: "quiet", Help: "Let only hosts speak, and whom they let speak", Where: everywhere,
		Args: []Arg{{Name: "quiet", Kind: Choice, Choices: []string{"on", "off"}}},
		make: func(a []string) Input { return Quiet{On: a[0] == "on"} },
	},
	{
		Name: "voice", Help: "Talk aloud, or stop (off); with a name, let somebody speak in a quiet room", Where: everywhere,
		Elsewhere: []string{"call", "talk"},
		Args:      []Arg{{Name: "nick", Kind: Member, Optional: true, Choices: []string{"off"}}},
		make:      func(a []string) Input { return Voice{Nick: a[0]} },
	},
	{
		Name: "unvoice", Help: "Take from somebody that they may speak in a quiet room", Where: everywhere,
		Elsewhere: []string{"devoice"},
		Args:      []Arg{{Name: "nick", Kind: Member}},
		make:      func(a []string) Input { return Unvoice{Nick: a[0]} },
	},
	{
		Name: "fade", Help: "Take what was said off everybody's screen after so many minutes", Where: everywhere,
		Args: []Arg{{Name: "minutes", Kind: Amount, Choices: []string{"off"}}},
		make: func(a []string) Input { return Fade{For: amount(a[0], time.Minute)} },
	},
	{
		Name: "links", Help: "Let people who just came post links, or not", Where: everywhere,
		Args: []Arg{{Name: "links", Kind: Choice, Choices: []string{"on", "off"}}},
		make: func(a []string) Input { return Links{On: a[0] == "on"} },
	},
	{
		Name: "leap", Help: "Go on in a fresh room and ask all to follow but those named, who aren't told", Where: everywhere,
		Args: []Arg{{Name: "nicks", Kind: Members, Optional: true}},
		make: func(a []string) Input {
			if a[0] == "" {
				return Leap{}
			}
			return Leap{Without: strings.Split(a[0], " ")}
		},
	},
	{
		Name: "go", Help: "Follow who goes on in another room and asked you to", Where: everywhere,
		Elsewhere: []string{"follow"},
		make:      func([]string) Input { return Go{} },
	},
	{
		Name: "burn", Help: "End the room for everybody; asks once more", Where: everywhere,
		Args: []Arg{{Name: "now", Kind: Choice, Choices: []string{"now"}, Optional: true}},
		make: func(a []string) Input { return Burn{Now: a[0] != ""} },
	},
	{
		Name: "leave", Help: "Leave this room; of several in one window, this one alone", Where: everywhere,
		Elsewhere: []string{"part", "close"},
		make:      func([]string) Input { return Leave{} },
	},
	{
		Name: "quit", Help: "Leave", Where: everywhere,
		Elsewhere: []string{"q", "exit", "bye", "logout"},
		make:      func([]string) Input { return Quit{} },
	},
}
