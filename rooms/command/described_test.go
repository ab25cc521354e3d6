package command

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// described is an input as the vectors write it.
type described struct {
	Kind    string          `json:"kind"`
	Text    *string         `json:"text,omitempty"`
	Name    *string         `json:"name,omitempty"`
	Args    *map[string]any `json:"args,omitempty"`
	Nearest *string         `json:"nearest,omitempty"`
	Reason  Reason          `json:"reason,omitempty"`
	Arg     *string         `json:"arg,omitempty"`
	Message string          `json:"message,omitempty"`
}

func describe(t *testing.T, in Input) described {
	call := func(name string, args map[string]string) described {
		given := map[string]any{}
		for key, value := range args {
			if value != "" {
				given[key] = value
			}
		}
		return described{Kind: "call", Name: &name, Args: &given}
	}
	switch in := in.(type) {
	case Blank:
		return described{Kind: "blank"}
	case Say:
		return described{Kind: "say", Text: &in.Text}
	case Unknown:
		return described{Kind: "unknown", Name: &in.Name, Nearest: &in.Nearest, Message: in.Message()}
	case Problem:
		return described{Kind: "problem", Name: &in.Command, Reason: in.Reason, Arg: &in.Arg, Message: in.Message()}
	case Help:
		return call("help", map[string]string{"command": in.Command})
	case Nick:
		return call("nick", map[string]string{"nick": in.Nick})
	case Me:
		return call("me", map[string]string{"text": in.Text})
	case Msg:
		return call("msg", map[string]string{"nick": in.Nick, "text": in.Text})
	case Reply:
		return call("reply", map[string]string{"text": in.Text})
	case React:
		return call("react", map[string]string{"emoji": in.Emoji, "nick": in.Nick})
	case Retract:
		return call("retract", map[string]string{"nick": in.Nick})
	case Amend:
		return call("amend", map[string]string{"text": in.Text})
	case Poll:
		d := call("poll", map[string]string{"question": in.Question})
		answers := []any{}
		for _, answer := range in.Answers {
			answers = append(answers, answer)
		}
		(*d.Args)["answers"] = answers
		return d
	case Away:
		d := call("away", map[string]string{})
		if in.Text != "" {
			(*d.Args)["text"] = in.Text
		}
		return d
	case Back:
		return call("back", map[string]string{})
	case Who:
		return call("who", map[string]string{})
	case Topic:
		d := call("topic", map[string]string{})
		if in.Set {
			(*d.Args)["text"] = in.Text
		}
		return d
	case Join:
		return call("join", map[string]string{"room": in.Room})
	case Invite:
		minutes := ""
		if in.Once {
			minutes = "once"
		} else if in.Watch {
			minutes = "watch"
		} else if in.For > 0 {
			minutes = fmt.Sprint(int64(in.For / time.Minute))
		}
		return call("invite", map[string]string{"minutes": minutes})
	case Uninvite:
		return call("uninvite", map[string]string{})
	case Ignore:
		return call("ignore", map[string]string{"nick": in.Nick})
	case Unignore:
		return call("unignore", map[string]string{"nick": in.Nick})
	case Clear:
		return call("clear", map[string]string{})
	case Find:
		return call("find", map[string]string{"text": in.Text})
	case Fold:
		return call("fold", map[string]string{"what": in.Choice})
	case Times:
		return call("times", map[string]string{"what": in.Choice})
	case Highlight:
		words := strings.Join(in.Words, " ")
		if in.Off {
			words = "off"
		}
		return call("highlight", map[string]string{"words": words})
	case Notify:
		return call("notify", map[string]string{"when": in.When})
	case ChangeTheme:
		return call("theme", map[string]string{"name": in.Name})
	case Privacy:
		return call("privacy", map[string]string{})
	case Verify:
		same := ""
		if in.Same {
			same = "same"
		}
		return call("verify", map[string]string{"same": same})
	case Seal:
		return call("seal", map[string]string{})
	case Send:
		return call("send", map[string]string{"file": in.File})
	case Leave:
		return call("leave", map[string]string{})
	case Quit:
		return call("quit", map[string]string{})
	}
	return describePower(t, in, call)
}

func describePower(t *testing.T, in Input, call func(name string, args map[string]string) described) described {
	of := func(name, nick string) described { return call(name, map[string]string{"nick": nick}) }
	amount := func(d, unit time.Duration) string { return fmt.Sprint(int64(d / unit)) }
	onOff := map[bool]string{true: "on", false: "off"}
	switch in := in.(type) {
	case Rules:
		return call("rules", map[string]string{})
	case Key:
		return call("key", map[string]string{})
	case Host:
		return call("host", map[string]string{"key": in.Key, "nick": in.Nick})
	case Unhost:
		return of("unhost", in.Nick)
	case Door:
		return call("door", map[string]string{"door": in.Door})
	case Admit:
		return of("admit", in.Nick)
	case Deny:
		return of("deny", in.Nick)
	case Leap:
		return call("leap", map[string]string{"nicks": strings.Join(in.Without, " ")})
	case Go:
		return call("go", map[string]string{})
	case Remove:
		return call("remove", map[string]string{"nick": in.Nick, "reason": in.Reason})
	case Mute:
		return call("mute", map[string]string{"nick": in.Nick, "minutes": amount(in.For, time.Minute)})
	case Unmute:
		return of("unmute", in.Nick)
	case Slow:
		return call("slow", map[string]string{"seconds": amount(in.For, time.Second)})
	case Quiet:
		return call("quiet", map[string]string{"quiet": onOff[in.On]})
	case Voice:
		return of("voice", in.Nick)
	case Vote:
		return of("vote", in.Nick)
	case Unvoice:
		return of("unvoice", in.Nick)
	case Fade:
		return call("fade", map[string]string{"minutes": amount(in.For, time.Minute)})
	case Links:
		return call("links", map[string]string{"links": onOff[in.On]})
	case Burn:
		now := ""
		if in.Now {
			now = "now"
		}
		return call("burn", map[string]string{"now": now})
	}
	t.Fatalf("unexpected input %T", in)
	return described{}
}
