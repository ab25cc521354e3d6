package command

import (
	"strings"
	"time"
)

// Input is what a typed line means. The set is closed: [Blank], [Say],
// [Unknown], [Problem], and one type per command.
type Input interface{ input() }

// Blank is a line with nothing in it.
type Blank struct{}

// Say is speech, to be sent to the room.
type Say struct{ Text string }

// Unknown is a line that begins with a slash and names no command.
type Unknown struct {
	Name    string // as typed, without the slash
	Nearest string // the command that was perhaps meant, or empty
}

// Reason says for machines what is wrong with a command's arguments, so that a
// door can say it in another language.
type Reason string

const (
	Almost    Reason = "almost"     // what is meant as a command begins otherwise
	Nameless  Reason = "nameless"   // a slash without a name
	Missing   Reason = "missing"    // an argument is not there
	Extra     Reason = "extra"      // there is more than the command takes
	BadChoice Reason = "bad_choice" // not one of the choices
	BadAmount Reason = "bad_amount" // no whole number
	BadKey    Reason = "bad_key"    // neither a name nor the words of a key
	BadWords  Reason = "bad_words"  // more than ten, or one of more than 64 bytes
	NoWords   Reason = "no_words"   // none of what was typed can be seen
	BadPoll   Reason = "bad_poll"   // no question, or not two to ten different answers
)

// NoSound is what a screen without sound answers to who would talk aloud, or stop. ssh leads
// into open rooms alone, so it is named in no sealed one.
func (v Voice) NoSound(sealed bool) string {
	switch {
	case v.Nick != "":
		return "You are not in voice on this screen, so there is nothing to leave."
	case sealed:
		return "This screen has no sound. Talk in the room’s page, or by a pipe: sotto join LINK --voice."
	}
	return "This screen has no sound. Talk in the room’s page, or by a pipe: ssh HOST ROOM --voice."
}

// Aloud says whether it is about talking aloud, and nobody's leave to speak: "off" is a name
// where somebody is here who is called that.
func (v Voice) Aloud(here func(nick string) bool) bool {
	return v.Nick == "" || strings.EqualFold(v.Nick, "off") && !here(v.Nick)
}

// Problem is a command that can't be carried out as it was typed.
type Problem struct {
	Command string // its name, empty for Almost and Nameless
	Reason  Reason
	Arg     string // the argument's name, but for Extra
}

// The calls. A Nick is as typed, without the "@"; whether anybody is called
// that is for the participant to find out.
type (
	Help  struct{ Command string } // Command is "" or the name of a command
	Nick  struct{ Nick string }
	Me    struct{ Text string }
	Msg   struct{ Nick, Text string }
	Reply struct{ Text string } // to whoever whispered to this participant last
	React struct {              // to the newest message of others, or of Nick
		Emoji string // as typed: an emoji, its :code:, or a number; "": say who reacted
		Nick  string
	}
	Retract struct{ Nick string } // the newest message of somebody; "": this participant's, as Amend
	Amend   struct{ Text string }
	Poll    struct {
		Question string
		Answers  []string
	}
	Away   struct{ Text string } // "": without a reason
	Back   struct{}
	Who    struct{}
	Join   struct{ Room string } // as typed; rooms.ParseRoomName decides
	Invite struct {              // none of it: show how others get in
		Once  bool          // make an invitation that is good once
		For   time.Duration // or one that is good for so long
		Watch bool          // or one to watch, and say nothing
	}
	Uninvite struct{}
	Ignore   struct{ Nick string } // "": list whom this participant ignores
	Unignore struct{ Nick string }
	Clear    struct{}
	Find     struct{ Text string }   // in what this participant's own end remembers; "": what is typed next
	Notify   struct{ When string }   // "off", "mentions" or "all"; "": say what does
	Mouse    struct{ Choice string } // "on" or "off"; "": say which it is
	Privacy  struct{}
	Verify   struct{ Same bool }   // show the safety words, or note that all have the same
	Seal     struct{}              // make a sealed room
	Send     struct{ File string } // a path of the person's own machine; "" where there is a way to choose one
	Take     struct{ Number int }  // of an offer; 0: the newest
	Cancel   struct{ Number int }  // of an offer; 0: the newest
	Leave    struct{}
	Quit     struct{}

	Rules   struct{}
	Key     struct{}
	Host    struct{ Key, Nick string } // one of them; the key's words as the list has them, a blank between two
	Unhost  struct{ Nick string }
	Door    struct{ Door string } // "open", "knock" or "locked"; "": say which it is
	Admit   struct{ Nick string } // of somebody at the door, as Deny
	Deny    struct{ Nick string }
	Remove  struct{ Nick, Reason string }
	Vote    struct{ Nick string } // where a vote runs, "yes" or "no" answers it
	Unmute  struct{ Nick string }
	Quiet   struct{ On bool }
	Voice   struct{ Nick string } // of whoever may speak in a quiet room; "": whoever typed it would talk aloud, and "off": no more
	Unvoice struct{ Nick string }
	Links   struct{ On bool }          // whether people who just came may post them
	Leap    struct{ Without []string } // whoever is left behind
	Go      struct{}                   // where somebody asked this participant to follow
	Burn    struct{ Now bool }         // not Now: ask once more

	// How long these are is for the room to refuse.

	Mute struct {
		Nick string
		For  time.Duration // 0 lifts it
	}
	Slow struct{ For time.Duration } // 0: no such rule, as Fade
	Fade struct{ For time.Duration }

	// Topic shows the topic, or sets it if Set; an empty Text then clears it.
	Topic struct {
		Set  bool
		Text string
	}
	// Fold is /fold: on, off, or empty to be told which it is.
	Fold struct{ Choice string }
	// Times is /times, as Fold.
	Times struct{ Choice string }
	// Highlight is /highlight: the words that call this participant as their name does,
	// or Off; neither: say which do.
	Highlight struct {
		Words []string
		Off   bool
	}
	// ChangeTheme is /theme. The name is as typed, in lower case; "": list them.
	ChangeTheme struct{ Name string }
)

func (Blank) input()       {}
func (Say) input()         {}
func (Unknown) input()     {}
func (Problem) input()     {}
func (Help) input()        {}
func (Nick) input()        {}
func (Me) input()          {}
func (Msg) input()         {}
func (Reply) input()       {}
func (React) input()       {}
func (Retract) input()     {}
func (Amend) input()       {}
func (Poll) input()        {}
func (Away) input()        {}
func (Back) input()        {}
func (Who) input()         {}
func (Topic) input()       {}
func (Join) input()        {}
func (Invite) input()      {}
func (Uninvite) input()    {}
func (Ignore) input()      {}
func (Unignore) input()    {}
func (Clear) input()       {}
func (Find) input()        {}
func (Fold) input()        {}
func (Times) input()       {}
func (Highlight) input()   {}
func (Notify) input()      {}
func (ChangeTheme) input() {}
func (Mouse) input()       {}
func (Privacy) input()     {}
func (Verify) input()      {}
func (Seal) input()        {}
func (Send) input()        {}
func (Take) input()        {}
func (Cancel) input()      {}
func (Leave) input()       {}
func (Quit) input()        {}
func (Rules) input()       {}
func (Key) input()         {}
func (Host) input()        {}
func (Unhost) input()      {}
func (Door) input()        {}
func (Admit) input()       {}
func (Deny) input()        {}
func (Remove) input()      {}
func (Vote) input()        {}
func (Mute) input()        {}
func (Unmute) input()      {}
func (Slow) input()        {}
func (Quiet) input()       {}
func (Voice) input()       {}
func (Unvoice) input()     {}
func (Fade) input()        {}
func (Links) input()       {}
func (Leap) input()        {}
func (Go) input()          {}
func (Burn) input()        {}
