//go:build e2e

package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms/seal"
)

// A host at a line editor, over a real ssh, makes another one, slows, mutes, removes and
// shuts the door; a page, a program and a pipe see each of it, and whoever is removed is
// told why. At last they burn the room.
func TestHostInPlain(t *testing.T) {
	s := e2e.Start(t)
	host := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "anna")
	host.WaitFor("you made this room and are its host")
	if strings.Contains(host.Raw(), "key of this room:") {
		t.Error("a key is written that nobody asked for")
	}
	bot := s.Pipe(t, "den", "--json", "--nick", "bot")
	bot.WaitFor(`"welcome"`)
	loud := s.Pipe(t, "den", "--listen", "--nick", "loud")
	loud.WaitFor("you are loud")
	page, _ := s.Join(t, "den", "page")
	host.WaitFor("page")

	host.Say("/key")
	unwrapped := func(screen string) string { return regexp.MustCompile(` *\n  +`).ReplaceAllString(screen, " ") }
	host.Until("a key", func(screen string) bool { return key.MatchString(unwrapped(screen)) })
	words := key.FindStringSubmatch(unwrapped(host.Screen()))[1]
	other := plain(t, s, "dumb", "den", "--nick", "otto")
	other.WaitFor("you are otto")
	other.Say("/host abandon ability able about above")
	other.WaitFor("not a key of this room")
	other.Say("/host " + words)
	other.WaitFor("you are a host now")
	host.WaitFor("otto is a host now")
	bot.WaitFor(`"t":"host"`)
	if all := strings.Join(append(bot.Lines(), loud.Lines()...), "\n"); strings.Contains(all, words) {
		t.Errorf("others see the key:\n%s", all)
	}

	host.Say("/slow 3")
	loud.WaitFor("-- anna: each person may speak once in 3 seconds now")
	bot.WaitFor(`"slow":3`)
	other.WaitFor("anna: each person may speak once in 3 seconds now")
	loud.Send("one\ntwo\n")
	page.AwaitSaid("one")
	page.AwaitSaid("two")
	host.Say("/slow off")
	loud.WaitFor("nobody has to wait between messages any more")

	host.Say("/mute bot 1")
	loud.WaitFor("-- bot may not speak for a minute")
	bot.WaitFor(`"t":"muted"`)
	bot.Send(`{"t":"say","text":"beep","id":"1"}` + "\n")
	bot.WaitFor(`"code":"muted"`)
	host.Say("/unmute bot")
	loud.WaitFor("-- bot may speak again")

	host.Say("/remove loud too much of it")
	bot.WaitFor(`"why":"too much of it"`)
	other.WaitFor("loud was removed: too much of it", "newcomers have to knock for ten minutes")
	page.Await("left")
	if code, all := loud.Wait(), strings.Join(loud.Lines(), "\n"); code != 1 || !strings.Contains(all, "removed") {
		t.Errorf("who was removed ends with %d:\n%s", code, all)
	}
	if again := s.Run("", "den", "--nick", "loud"); again.Code != 1 || !strings.Contains(again.Err, "who comes in") {
		t.Errorf("and coming again: %+v", again)
	}

	late := plain(t, s, "xterm-256color", "den", "--plain", "--nick", "late")
	late.WaitFor("Enter knocks")
	late.Say("it's me, from work")
	late.WaitFor("nobody waits before you")
	other.WaitFor("late knocks: it's me, from work", "/admit late lets them in")
	bot.Send(`{"t":"say","text":"canary","id":"2"}` + "\n")
	host.WaitFor("<bot> canary")
	other.Say("/admit late")
	late.WaitFor("you are late in the open room den", "the rules are: door: knock")
	if strings.Contains(late.Raw(), "canary") {
		t.Error("who waited heard what was said inside")
	}

	host.Say("/rules")
	host.WaitFor("door: knock", "You are a host")
	late.Say("/burn now")
	late.WaitFor("Only a host")
	host.Say("/burn")
	host.WaitFor("ends the room for everybody here")
	host.Say("/burn now")
	bot.WaitFor(`"code":"burned"`)
	for name, wait := range map[string]func() int{"the program": bot.Wait, "the host": host.Wait, "the other host": other.Wait, "the newcomer": late.Wait} {
		if code := wait(); code != 1 {
			t.Errorf("%s ends with %d", name, code)
		}
	}
	if !strings.Contains(late.Raw(), "ended this room") {
		t.Errorf("nobody says why: %q", late.Raw())
	}
}

// The native client's pipes and programs make rooms without a host, unless they are to
// be it; its line editor governs one as that over ssh does, by both ways to a server.
func TestNativeHost(t *testing.T) {
	s := e2e.Start(t)
	home := home(t, s)
	for way, room := range map[string]func(name string) string{
		"socket": s.RoomURL,
		"ssh":    func(name string) string { return "ssh://" + s.SSH + "/" + name },
	} {
		t.Run(way, func(t *testing.T) {
			modest := e2e.StartPipe(t, native(t, home, room(way+"-modest"), "--json", "--listen"))
			if welcome := modest.WaitFor(`"welcome"`); strings.Contains(welcome, `"host":true`) {
				t.Errorf("a program that did not ask for it is a host: %s", welcome)
			}
			eager := e2e.StartPipe(t, native(t, home, room(way+"-eager"), "--json", "--listen", "--host"))
			if welcome := eager.WaitFor(`"welcome"`); !strings.Contains(welcome, `"host":true`) {
				t.Errorf("a program that asked for it is no host: %s", welcome)
			}
			eager.WaitFor(`"t":"key"`)
			piped := e2e.StartPipe(t, native(t, home, room(way+"-piped"), "--listen", "--host"))
			piped.WaitFor("-- a key of this room: ")

			host := e2e.StartTerminal(t, 70, 24, native(t, home, room(way), "--plain", "--nick", "anna"))
			host.WaitFor("you made this room and are its host")
			bot := e2e.StartPipe(t, native(t, home, room(way), "--json", "--listen", "--nick", "bot"))
			bot.WaitFor(`"welcome"`)
			host.WaitFor("bot")
			host.Say("/links off")
			bot.WaitFor(`"links":false`)
			host.Say("/remove bot")
			bot.WaitFor(`"code":"removed"`)
			if code := bot.Wait(); code != 1 {
				t.Errorf("who was removed ends with %d", code)
			}
			late := e2e.StartTerminal(t, 70, 24, native(t, home, room(way), "--plain", "--nick", "late"))
			late.WaitFor("Enter knocks")
			late.Type(e2e.Enter)
			host.WaitFor("late knocks")
			host.Say("/admit late")
			late.WaitFor("you are late in the open room", "door: knock, links: off")
			host.WaitFor("late is here")
			host.Say("/remove late enough")
			late.WaitFor("removed")
			if code := late.Wait(); code != 1 {
				t.Errorf("who was removed ends with %d: %q", code, late.Raw())
			}
		})
	}
}

// In a sealed room hosts do what needs no look at words, by names that the server does not
// know; the rest is refused by a sentence.
func TestHostOfASealedRoom(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t)
	home := home(t, s)
	secret := "/s/#" + seal.NewSecret().String()
	host := e2e.StartTerminal(t, 90, 40, native(t, home, s.URL+secret, "--plain", "--nick", "anna"))
	host.WaitFor("you made this room and are its host")
	bert := e2e.StartTerminal(t, 90, 40, native(t, home, "ssh://"+s.SSH+secret, "--plain", "--nick", "bert"))
	host.WaitFor("bert")
	bert.WaitFor("anna")
	host.Say("/host bert")
	bert.WaitFor("you are a host now")
	host.WaitFor("bert is a host now")
	host.Say("/slow 30")
	host.WaitFor("sealed room")
	host.Say("/fade 60")
	bert.WaitFor("what was said leaves everybody's screen after an hour now")
	host.Say("/remove bert")
	bert.WaitFor("removed")
	if code := bert.Wait(); code != 1 {
		t.Errorf("who was removed ends with %d", code)
	}
	host.WaitFor("bert was removed", "newcomers have to knock for ten minutes")
	late := e2e.StartTerminal(t, 90, 40, native(t, home, s.URL+secret, "--plain", "--nick", "late"))
	late.WaitFor("Enter knocks")
	late.Say("canary")
	late.WaitFor("left nowhere")
	late.Type(e2e.Enter)
	host.WaitFor("somebody knocks", "/admit somebody lets them in")
	host.Say("/admit somebody")
	late.WaitFor("you are late in the sealed room")
	host.WaitFor("late is here")
	if strings.Contains(host.Raw(), "canary") {
		t.Error("a line came to a sealed room by way of the server")
	}
	host.Say("/burn now")
	for name, term := range map[string]*e2e.Terminal{"the host": host, "the newcomer": late} {
		if code := term.Wait(); code != 1 || !strings.Contains(term.Raw(), "ended this room") {
			t.Errorf("%s ends with %d: %q", name, code, term.Raw())
		}
	}
}

var key = regexp.MustCompile(`a key of this room: ((?:[a-z]+ ){4}[a-z]+)`)
