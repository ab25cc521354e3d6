package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// offers has somebody offer a file, and returns the offer's seq.
func (s *sitting) offers(by rooms.Member, name string, size uint64) uint64 {
	s.seq++
	s.happens(&rooms.Offered{Seq: s.seq, At: s.now, From: by.Person(), File: rooms.File{Name: name, Size: size}})
	return s.seq
}

// fares tells how a file that was offered fares.
func (s *sitting) fares(t rooms.Transfer) {
	if t.State == "" {
		t.State = rooms.TransferOpen
	}
	for id := s.reading.timeline.First(); s.reading.timeline.Has(id); id++ {
		if o, ok := s.reading.timeline.Item(id).(*timeline.Offered); ok && o.Seq == t.Offer {
			t.Name, t.Size, t.From = o.File.Name, o.File.Size, o.From
		}
	}
	s.happens(&t)
}

// porter is a seat that carries files.
type porter struct {
	*fakeSeat
	asked []string
	err   error
}

func (p *porter) note(what string, value any) error {
	p.asked = append(p.asked, fmt.Sprint(what, " ", value))
	return p.err
}

func (p *porter) SendFile(_ context.Context, path string) error { return p.note("send", path) }
func (p *porter) SendText(_ context.Context, name, text string) error {
	return p.note("send text", name+" "+text)
}
func (p *porter) TakeFile(_ context.Context, n int) error   { return p.note("take", n) }
func (p *porter) CancelFile(_ context.Context, n int) error { return p.note("cancel", n) }

func TestFileCommandsReachTheSeat(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	p := &porter{fakeSeat: s.seat}
	s.Screen.seat = p
	for _, line := range []string{"/send my plan.pdf", "/take", "/take 2", "/cancel 3"} {
		s.types(line, "enter")
	}
	if want := []string{"send my plan.pdf", "take 0", "take 2", "cancel 3"}; !slices.Equal(p.asked, want) {
		t.Errorf("asked %q, want %q", p.asked, want)
	}
	p.err = errors.New("No file of that number is offered here.")
	s.types("/take 9", "enter")
	s.shows("No file of that number is offered here.")
	s.types("ctrl+c", "/send", "enter")
	s.shows("/send needs FILE")
}

// A file command that was not carried out stays to be mended, as every other, and does
// not get into what was written meanwhile.
func TestFileCommandsStay(t *testing.T) {
	for _, line := range []string{"/send '/no where/x'", "/send", "/take 9", "/cancel 9"} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		p := &porter{fakeSeat: s.seat, err: errors.New("No.")}
		s.Screen.seat = p
		s.types(line, "enter")
		if got := s.composing.composer.Text(); got != line {
			t.Errorf("%s: the composer has %q", line, got)
		}
		if line == "/send" {
			continue // it never left
		}
		s = inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		s.types("meanwhile")
		s.do(carried{line, p.err})
		if got := s.composing.composer.Text(); got != "meanwhile" {
			t.Errorf("%s: the composer has %q", line, got)
		}
		s.shows("No.", "It was kept apart from what you write")
	}
}

func TestPlainTerminalsExplainFiles(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.types("/send plan.pdf", "enter")
	s.shows("Files go from a browser or from sotto's own client")
	s.offers(heron, "plan.pdf", 1<<20)
	s.shows("late-heron offers plan.pdf (1.0 MiB). A browser or sotto's")
}

// Progress repaints one line; it never adds one.
func TestProgressStaysInItsPlace(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	seq := s.offers(heron, "plan.pdf", 1<<20)
	s.says(lynx, "below it")
	s.fares(rooms.Transfer{Offer: seq, N: 1, State: rooms.TransferRunning})
	before := strings.Split(s.text(), "\n")
	for done := uint64(0); done < 1<<20; done += 1 << 16 {
		s.fares(rooms.Transfer{Offer: seq, N: 1, State: rooms.TransferRunning, Done: done})
	}
	after := strings.Split(s.text(), "\n")
	var changed []string
	for i := range after {
		if after[i] != before[i] {
			changed = append(changed, after[i])
		}
	}
	if len(changed) != 1 || !strings.Contains(changed[0], "93 %") {
		t.Errorf("these rows changed: %q", changed)
	}
}

// TestLongPasteIsOffered offers what is too long for a message as a file by one key,
// where files can be; what is a command, or has one, is not. A text that could not be
// offered stays.
func TestLongPasteIsOffered(t *testing.T) {
	long := strings.TrimSuffix(strings.Repeat("a line of it\n", 60), "\n")
	carrying := func(err error) (*sitting, *porter) {
		s := inRoom(t, 100, 30, colorprofile.ASCII, lynx, heron)
		p := &porter{fakeSeat: s.seat, err: err}
		s.do(run.SeatMsg{Seat: p})
		s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx, heron}})
		return s, p
	}

	s, p := carrying(nil)
	s.types("see: ")
	s.do(tea.PasteMsg{Content: long})
	s.shows("Too long for one message", "Ctrl-O offer as a file")
	s.types("ctrl+o")
	if want := []string{"send text paste.txt see: " + long}; !slices.Equal(p.asked, want) || !s.composing.composer.Empty() {
		t.Errorf("asked %q, want %q; the composer has %q", p.asked, want, s.composing.composer.Text())
	}

	s, _ = carrying(errors.New("No."))
	s.do(tea.PasteMsg{Content: long})
	s.types("ctrl+o")
	s.shows("No.")
	if got := s.composing.composer.Text(); got != long {
		t.Errorf("the composer has %q", got)
	}
	s.types("enter")
	s.shows("Ctrl-O offer as a file") // not pasted: it was entered
	s.types("esc")

	for _, command := range []string{"/msg quick-lynx a secret\n" + long, long[:200] + "\n/msg quick-lynx a secret\n" + long} {
		s, p = carrying(nil)
		s.do(tea.PasteMsg{Content: command})
		s.hides("as a file")
		s.types("ctrl+o")
		if len(p.asked) > 0 {
			t.Errorf("asked %q", p.asked)
		}
	}

	s = inRoom(t, 100, 30, colorprofile.ASCII, lynx, heron)
	s.do(tea.PasteMsg{Content: long})
	s.shows("Too long for one message")
	s.hides("as a file")
	s.types("esc")
	s.do(tea.PasteMsg{Content: strings.Repeat(long+"\n", 10)})
	s.shows("A browser or sotto's own client can offer it as a file.")
}

// TestFatesAreToldTogether: of several files that are over for one reason all are told of.
func TestFatesAreToldTogether(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	over := func(name, text string) {
		s.happens(&rooms.Transfer{Offer: 99, Name: name, State: rooms.TransferOver, Text: text})
	}
	over("a.txt", "The connection was lost.")
	s.shows("a.txt: The connection was lost.")
	for _, name := range []string{"b.txt", "c.txt", "d.txt", "e.txt"} {
		over(name, "The connection was lost.")
	}
	s.shows("a.txt, b.txt, c.txt and 2 others: The connection was lost.")
	over("f.txt", "lynx has left, and the file with them.")
	s.shows("f.txt: lynx has left, and the file with them.")
	s.hides("a.txt")
}
