package line

import (
	"testing"

	"sotto/rooms"
)

// A transfer is told when something has changed that a person wants to know, and
// its progress never.
func TestTransferLines(t *testing.T) {
	p := &stay{}
	offer := &rooms.Offered{Seq: 7, From: rooms.Person{Nick: "anna"}, File: rooms.File{Name: "plan.pdf", Size: 3 << 20}}
	if have := p.happen(offer, Visit{}); have != "-- anna offers plan.pdf (3.0 MiB)\n" {
		t.Errorf("the offer is told as %q", have)
	}
	for _, c := range []struct {
		now  rooms.Transfer
		want string
	}{
		{rooms.Transfer{State: rooms.TransferOpen}, "-- /take 2 takes it\n"},
		{rooms.Transfer{State: rooms.TransferOpen}, ""},
		{rooms.Transfer{State: rooms.TransferRunning}, "-- taking plan.pdf; /cancel 2 stops it\n"},
		{rooms.Transfer{State: rooms.TransferRunning, Done: 1 << 20}, ""},
		{rooms.Transfer{State: rooms.TransferOpen, Text: "You stopped taking it."}, "-- plan.pdf: You stopped taking it.\n"},
		{rooms.Transfer{State: rooms.TransferRunning}, "-- taking plan.pdf; /cancel 2 stops it\n"},
		{rooms.Transfer{State: rooms.TransferDone, Text: "Saved as plan.pdf."}, "-- plan.pdf: Saved as plan.pdf.\n"},
		{rooms.Transfer{State: rooms.TransferOver, Text: "anna has left, and the file with them."}, "-- plan.pdf: anna has left, and the file with them.\n"},
	} {
		c.now.Offer, c.now.N, c.now.Name = 7, 2, "plan.pdf"
		if have := p.happen(&c.now, Visit{}); have != c.want {
			t.Errorf("%+v is told as %q, want %q", c.now, have, c.want)
		}
	}
	for _, c := range []struct {
		now  rooms.Transfer
		want string
	}{
		{rooms.Transfer{State: rooms.TransferOpen}, "-- /cancel 3 takes it back\n"},
		{rooms.Transfer{State: rooms.TransferRunning, Takers: 1}, "-- plan.pdf: 1 take it, 0 have it\n"},
		{rooms.Transfer{State: rooms.TransferRunning, Takers: 1, Done: 5}, ""},
		{rooms.Transfer{State: rooms.TransferOpen, Taken: 1}, "-- plan.pdf: 0 take it, 1 have it\n"},
	} {
		c.now.Offer, c.now.N, c.now.Name, c.now.Mine = 8, 3, "plan.pdf", true
		if have := p.happen(&c.now, Visit{}); have != c.want {
			t.Errorf("%+v is told as %q, want %q", c.now, have, c.want)
		}
	}
}
