//go:build e2e

package e2e_test

import (
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// A room is watched by a terminal, a pipe and a page that came past its closed door by an
// invitation: all see it, nothing is said by them, and the page comes back by itself.
func TestWatching(t *testing.T) {
	t.Parallel()
	s := e2e.Start(t, "--say-rate=0")
	host := at(t, e2e.Open(t, s.RoomURL("den")))
	host.WaitFor("You made this room and are its host.")
	screen := s.Terminal(t, "den", "--watch")
	screen.WaitFor("watching: who watches reads, and says nothing", "1 here · 1 watches")
	host.WaitFor("somebody watches now", "1 person here · 1 watches")
	pipe := s.Pipe(t, "den", "--watch")
	pipe.WaitFor("2 watch: who watches reads, and says nothing")
	screen.Type("boo", "\r")
	pipe.Send("boo\n")

	host.Say("/door locked")
	pipe.WaitFor("nobody comes in without an invitation now")
	host.Say("/invite watch")
	host.WaitUntil(`document.getElementById("invitation")?.open`)
	host.says("#invitation", "Who has it may watch")
	link := host.Evaluate(`document.getElementById("invitation-link").textContent`)
	found := regexp.MustCompile(`^` + regexp.QuoteMeta(s.RoomURL("den")) + `\?watch#([\w-]{22})$`).FindStringSubmatch(link)
	if found == nil {
		t.Fatalf("the link is %q", link)
	}
	host.says("#invitation-command", " den --invite "+found[1]+" --watch")
	host.script(`document.getElementById("invitation").close()`)
	if in := s.Run("", "den", "--invite", found[1]); in.Code == 0 || !contains(in.Err, "for watching alone") {
		t.Errorf("somebody takes part by it: %+v", in)
	}

	wall := at(t, e2e.Open(t, link))
	wall.WaitFor("You are watching: who watches reads, and says nothing.")
	wall.WaitUntil(`location.hash === "#` + found[1] + `" && location.search === "?watch" && !document.getElementById("compose").checkVisibility()`)
	host.WaitFor("1 person here · 3 watch")
	screen.WaitFor("1 here · 3 watch")
	host.Say("hello, walls")
	wall.WaitFor("hello, walls")
	pipe.WaitFor("> hello, walls")
	screen.WaitFor("hello, walls")
	host.Say("/poll tea? | green | black")
	host.says(".option", "black")
	host.Say("/react 1")
	wall.says(".option .count", "1")
	if found := wall.Evaluate(`String([...document.querySelectorAll(".option")].filter((e) => getComputedStyle(e).cursor !== "default").length)`); found != "0" {
		t.Errorf("%s answers of a poll look as if who watches could choose them", found)
	}
	for _, said := range host.Messages() {
		if contains(said, "boo") {
			t.Errorf("somebody who watches said %q", said)
		}
	}
	for _, request := range wall.Requests() {
		if contains(request, found[1]) {
			t.Errorf("the token is in a request: %s", request)
		}
	}

	// It comes in anew by its invitation when its place is lost, and nobody touches it.
	wall.script(`dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`)
	host.WaitFor("1 person here · 2 watch")
	wall.script(`dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`)
	host.WaitFor("1 person here · 3 watch")

	// The list has them by their numbers, and one is removed by that.
	id := regexp.MustCompile(`"you":\{"id":"([^"]+)"`)
	frames := s.Pipe(t, "den", "--watch", "--json", "--invite", found[1])
	number := rooms.WatcherNumber(id.FindStringSubmatch(frames.WaitFor(`"welcome"`))[1])
	host.WaitFor("1 person here · 4 watch", number)
	host.Say("/remove " + number)
	frames.WaitFor(`"code":"removed"`)
	host.WaitFor(number+" was removed", "1 person here · 3 watch")

	// They stay when everybody has left, and what held is gone.
	host.Do(chromedp.Navigate("about:blank"))
	pipe.WaitFor("everybody may come in now")
	screen.WaitFor("0 here · 3 watch")
	next := s.Pipe(t, "den", "--host", "--nick", "next", "--listen")
	next.WaitFor("you made this room and are its host")
	wall.WaitFor("next came in")
}
