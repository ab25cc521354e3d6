package seal_test

import (
	"cmp"
	"fmt"
	"strings"

	"sotto/rooms"
)

// nick is a name as the script writes it: one that was drawn is nobody's in it.
func nick(is string) string {
	switch {
	case strings.HasPrefix(is, "guest-"):
		return "guest"
	case strings.Contains(is, "-"):
		return "somebody"
	}
	return is
}

// line is an event as the script writes it; empty: the script does not.
func (m *member) line(e rooms.Event, everybody []string) string {
	own := func(id string) string {
		if id != "" {
			return " (own " + id + ")"
		}
		return ""
	}
	switch e := e.(type) {
	case *rooms.Welcome:
		var here []string
		for _, each := range e.Members {
			who := nick(each.Nick)
			if each.Host {
				who += " (host)"
			}
			here = append(here, who)
		}
		line := "welcome"
		if e.Resumed {
			line += " back"
		}
		line += ": " + strings.Join(here, ", ")
		if e.Topic != "" {
			line += " (" + e.Topic + ")"
		}
		if rules := rulesLine(e.Rules); rules != "open" {
			line += " [" + rules + "]"
		}
		return line
	case *rooms.VoiceNow:
		return m.voiceLine(e)
	case *rooms.AsideSet:
		if e.Member.Aside.On {
			return nick(e.Member.Nick) + " is away" + e.Member.Aside.Why() + own(e.ID)
		}
		return nick(e.Member.Nick) + " is back" + own(e.ID)
	case *rooms.TopicSet:
		return "topic " + nick(e.From.Nick) + ": " + e.Text + own(e.ID)
	case *rooms.Compared:
		if e.At.IsZero() {
			return "compared no more"
		}
		return fmt.Sprintf("compared %d", e.People)
	case *rooms.RulesSet:
		line := "rules " + rulesLine(e.Rules)
		if e.From.ID != "" {
			line += " by " + nick(e.From.Nick)
		}
		if e.Why != "" {
			line += " (" + string(e.Why) + ")"
		}
		return line + own(e.ID)
	case *rooms.HostSet:
		if e.Member.Host {
			return nick(e.Member.Nick) + " is a host" + own(e.ID)
		}
		return nick(e.Member.Nick) + " is no host" + own(e.ID)
	case *rooms.KeyShown:
		return "key " + e.Words + own(e.ID)
	case *rooms.Held:
		line := "held"
		for _, field := range e.Fields {
			line += " " + field.Name
		}
		return line + own(e.ID)
	case *rooms.Voting:
		if e.Over {
			return "no vote any more about " + nick(e.Member.Nick)
		}
		return fmt.Sprintf("vote about %s, %d", nick(e.Member.Nick), e.Needed) + own(e.ID)
	case *rooms.Invited:
		return strings.TrimSpace("invited "+e.Token) + own(e.ID)
	case *rooms.Knocking:
		return strings.TrimSpace("knocking " + e.Knock + " " + e.Nick + " " + e.Text)
	case *rooms.Knocked:
		return "knocked " + e.Knock + " " + string(e.Outcome) + own(e.ID)
	case *rooms.Joined:
		return nick(e.Member.Nick) + " came"
	case *rooms.Left:
		if e.Reason == rooms.LeftRemoved {
			return nick(e.Member.Nick) + " was removed: " + e.Why
		}
		return nick(e.Member.Nick) + " left"
	case *rooms.Renamed:
		return nick(e.Was) + " is " + nick(e.Member.Nick) + own(e.ID)
	case *rooms.Said:
		m.words[e.Seq] = e.Text
		line := nick(e.From.Nick) + ": " + e.Text
		if len(e.Options) > 0 {
			line += " [" + strings.Join(e.Options, ", ") + "]"
		}
		return line + own(e.ID)
	case *rooms.Offered:
		m.words[e.Seq] = e.File.Name
		return nick(e.From.Nick) + " offers " + e.File.Name + own(e.ID)
	case *rooms.Reacted:
		if e.On {
			return nick(e.From.Nick) + " puts " + e.Emoji + " on " + m.words[e.Re] + own(e.ID)
		}
		return nick(e.From.Nick) + " takes " + e.Emoji + " off " + m.words[e.Re] + own(e.ID)
	case *rooms.Retracted:
		return nick(e.From.Nick) + " takes back " + m.words[e.Re] + own(e.ID)
	case *rooms.Amended:
		return nick(e.From.Nick) + " changes " + m.words[e.Re] + ": " + e.Text + own(e.ID)
	case *rooms.Whispered:
		return nick(e.From.Nick) + " to " + nick(e.To.Nick) + ": " + e.Text + own(e.ID)
	case *rooms.Leapt:
		return nick(e.From.Nick) + " leaps: " + string(e.Room) + e.Key + own(e.ID)
	case *rooms.Gap:
		return strings.TrimSpace(fmt.Sprintf("gap %d %s", e.Missed, nick(e.From.Nick)))
	case *rooms.Refused:
		return fmt.Sprintf("refused %s: %s", e.ID, e.Err.Code)
	case *rooms.Unconfirmed:
		if e.Count == m.strangers {
			return ""
		}
		m.strangers = e.Count
		return fmt.Sprintf("strangers %d", e.Count)
	case *rooms.Notice:
		line := "notice " + string(e.Code)
		for _, name := range everybody {
			if strings.Contains(e.Text, name) {
				line += " " + name
			}
		}
		return line
	}
	return ""
}

// rulesLine is the rules as the script writes them, all that a server can say.
func rulesLine(r rooms.Rules) string {
	line := cmp.Or(string(r.Door), "open")
	if r.Fade > 0 {
		line += fmt.Sprintf(" fade %d", int(r.Fade.Seconds()))
	}
	if r.Slow > 0 || r.Quiet || r.NoLinks {
		line += " and what no sealed room has"
	}
	return line
}
