package sshsrv

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/settings"
	"sotto/sshsrv/tui/theme"
)

// A request is what a command line asks for: ROOM[,ROOM…] [--nick NAME] [--theme NAME]
// [--notify WHEN] [--times ON] [--fold ON] [--tz ZONE] [--invite TOKEN] [--watch]
// [--plain] [--listen] [--json] [--voice] [--host], in any order.
type request struct {
	room string   // as typed; empty for none
	more []string // rooms beside it, in the same window; as typed
	nick string   // as typed; empty for a generated one
	settings.Settings
	token  string // of an invitation to the room; empty for none
	plain  bool
	listen bool
	json   bool
	voice  bool // talks and hears: Ogg Opus both ways
	watch  bool // reads, and says nothing
	host   bool // whoever makes the room is its host; on a terminal they are in any case
	sealed bool // a sealed room's link, or a piece of one; it is not kept
	keyed  bool // and its key was in it
}

// usage is what is wrong with a command line: a sentence for the person who
// wrote it. None quotes more of it than what looks like an option's name, since it may
// hold anything.
type usage string

func (u usage) Error() string { return string(u) }

const (
	errTooLong   = usage("That command line is too long: it takes a room, and perhaps --nick NAME, --invite TOKEN, --theme NAME, --notify WHEN, --times ON, --fold ON, --tz ZONE, --watch, --plain, --listen, --json, --voice or --host, in at most 256 bytes.")
	errShell     = usage("There is no shell here, so quotes, pipes, variables and the like mean nothing. Write the room's name, and perhaps --nick NAME.")
	errTwoRooms  = usage("There is a word too many after the room's name. Several rooms in one window are written with a comma and no blank between them: den,ops.")
	errCommas    = usage("Several rooms in one window are written with a comma and no blank between them: den,ops.")
	errManyRooms = usage("There are too many rooms: eight fit one window.")
	errOneLine   = usage("In lines there is one room at a time. For several in one window: ssh -t HOST den,ops, without --plain.")
	errOneInvite = usage("--invite is for one room: leave out the others, and /join them.")
	errTwice     = usage("An option is there twice.")
	errNoNick    = usage("--nick needs a name after it.")
	errNoToken   = usage("--invite needs an invitation's token after it, and a room.")
	errNoTheme   = usage("--theme needs the name of one after it, such as dark, light or mono.")
	errNoColours = usage("--theme is for the full screen: without -t, or with --plain, there are no colours.")
	errNoFolds   = usage("--fold is for the full screen: without -t, or with --plain, everything is shown.")
	errNobody    = usage("--notify, --times and --tz are for people at a terminal: for one, ssh needs -t before the host.")
	errNoRoom    = usage("Without a terminal there must be a room: ssh HOST ROOM. For a screen: ssh -t HOST ROOM.")
	errTerminal  = usage("--listen and --json are for pipes and programs, without a terminal: leave out -t.")
	errWatch     = usage("--watch needs a room to watch.")
	errNameless  = usage("Who watches has no name and is no host: leave out --nick and --host, or --watch.")
	errPlainJSON = usage("--plain is for people and --json for programs: choose one.")
	errVoiceTerm = usage("--voice is sound on standard input and output, which no terminal plays: leave out -t, and write ssh HOST ROOM --voice < microphone.ogg > speaker.ogg.")
	errVoiceText = usage("--voice is sound and nothing else: leave out --json and --plain, which are about words.")
	errVoiceEyes = usage("Who watches says nothing: leave out --watch, or --voice. With --voice --listen, who pipes nothing in only hears.")
	errVoiceRoom = usage("--voice is in one room at a time.")
)

// parseRequest reads a command line. Words are separated by blanks and mean
// themselves; nothing is expanded. terminal says whether the client asked for
// one. The error is a sentence for the person.
func parseRequest(line string, terminal bool) (request, error) {
	var req request
	words := strings.Fields(line)
	if slices.ContainsFunc(words, rooms.SealedLink) { // whatever else is wrong
		return request{sealed: true, keyed: true, plain: slices.Contains(words, "--plain"), voice: slices.Contains(words, "--voice")}, nil
	}
	for i := 0; i < len(words); i++ {
		word := words[i]
		if isShell(word) {
			return request{}, errShell
		}
		flag := (*bool)(nil)
		name, value, attached := strings.Cut(word, "=")
		switch {
		case word == "--plain":
			flag = &req.plain
		case word == "--listen":
			flag = &req.listen
		case word == "--json":
			flag = &req.json
		case word == "--voice":
			flag = &req.voice
		case word == "--watch":
			flag = &req.watch
		case word == "--host":
			flag = &req.host
		case name == "--nick", name == "--invite", isSetting(name):
			into, missing := &req.nick, errNoNick
			switch setting := strings.TrimPrefix(name, "--"); {
			case setting == "theme":
				into, missing = &req.Theme, errNoTheme
			case setting == "invite":
				into, missing = &req.token, errNoToken
			case setting != "nick":
				into, missing = req.Of(setting), usage(name+" needs "+settings.Takes(setting)+" after it.")
			}
			if !attached {
				if i++; i == len(words) || strings.HasPrefix(words[i], "--") {
					return request{}, missing
				}
				value = words[i]
			}
			switch {
			case value == "":
				return request{}, missing
			case isShell(value):
				return request{}, errShell
			case *into != "":
				return request{}, errTwice
			}
			if isSetting(name) {
				if !req.Set(name[2:], value) {
					return request{}, errSetting(name)
				}
				continue
			}
			*into = value
			continue
		case strings.HasPrefix(word, "-"):
			return request{}, errOption(word)
		case req.room != "" || req.sealed:
			return request{}, errTwoRooms
		case strings.HasPrefix(word, "s/"):
			req.sealed = true
			continue
		default:
			if err := req.takeRooms(word); err != nil {
				return request{}, err
			}
			continue
		}
		if *flag {
			return request{}, errTwice
		}
		*flag = true
	}
	switch {
	case req.voice && terminal:
		return request{}, errVoiceTerm
	case req.voice && (req.json || req.plain):
		return request{}, errVoiceText
	case req.voice && req.watch:
		return request{}, errVoiceEyes
	case req.voice && len(req.more) > 0:
		return request{}, errVoiceRoom
	case len(req.more) > 0 && (!terminal || req.plain):
		return request{}, errOneLine
	case len(req.more) > 0 && req.token != "":
		return request{}, errOneInvite
	case terminal && (req.listen || req.json):
		return request{}, errTerminal
	case req.plain && req.json:
		return request{}, errPlainJSON
	case !terminal && req.room == "" && !req.sealed:
		return request{}, errNoRoom
	case req.token != "" && req.room == "":
		return request{}, errNoToken
	case req.watch && req.room == "" && !req.sealed:
		return request{}, errWatch
	case req.watch && (req.nick != "" || req.host):
		return request{}, errNameless
	case req.Theme != "" && (!terminal || req.plain):
		return request{}, errNoColours
	case req.Fold != "" && (!terminal || req.plain):
		return request{}, errNoFolds
	case req.Notify+req.Times+req.Zone != "" && !terminal:
		return request{}, errNobody
	}
	return req, nil
}

// isSetting reports whether a word is an option that is a setting.
func isSetting(word string) bool {
	name, ok := strings.CutPrefix(word, "--")
	return ok && slices.Contains(settings.Names, name)
}

// errOption says that a word is no option, without repeating it, and what there is.
func errOption(word string) usage {
	what := "There is no such option here."
	if word == "--" {
		what = "The word -- means nothing here: leave it out."
	}
	return usage(what + " There are --nick NAME, --invite TOKEN, --theme NAME, --notify WHEN, --times ON, --fold ON, --tz ZONE, --watch, --plain, --listen, --json, --voice and --host. Options of ssh itself, such as -t, go before the host.")
}

// errSetting says what a setting takes that was given something else.
func errSetting(option string) usage {
	if option == "--theme" {
		return usage("There is no such theme. There are: " + strings.Join(theme.Names(), ", ") + ".")
	}
	return usage(option + " takes " + settings.Takes(option[2:]) + ".")
}

// takeRooms takes the name of a room, or of several with commas between them, of which one
// that is there twice is meant once.
func (req *request) takeRooms(word string) error {
	var names []rooms.RoomName
	for _, typed := range strings.Split(word, ",") {
		name, err := rooms.ParseRoomName(typed)
		switch {
		case typed == "" && word != "":
			return errCommas
		case err != nil:
			return err
		case slices.Contains(names, name):
			continue
		case len(names) == run.MaxSeats:
			return errManyRooms
		}
		if names = append(names, name); req.room == "" {
			req.room = typed
		} else {
			req.more = append(req.more, typed)
		}
	}
	return nil
}

// isShell reports whether a word was written for a shell, or holds what nobody
// types.
func isShell(word string) bool {
	return !utf8.ValidString(word) || strings.ContainsAny(word, "'\"`$;|&<>(){}\\") ||
		strings.ContainsFunc(word, func(r rune) bool { return unicode.IsControl(r) })
}
