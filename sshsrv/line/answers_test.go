package line

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// Which message another answers is told before it, and nobody can write that.
func TestAnswersAreTold(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob, pia := p.guest("bob"), p.guest("pia")
		p.types("shall we\r", "/me **waves**\r")
		time.Sleep(2 * comingsEvery)
		p.does(pia, rooms.Say{Text: "one\ntwo " + strings.Repeat("long ", 30)})
		seqs := map[string]uint64{}
		for len(seqs) < 3 {
			events, err := bob.Take()
			if err != nil || len(events) == 0 {
				t.Fatalf("bob got %d messages: %v", len(seqs), err)
			}
			for _, e := range events {
				if said, ok := e.(*rooms.Said); ok {
					seqs[strings.Fields(said.Text)[0]] = said.Seq
				}
			}
		}
		p.does(bob, rooms.Say{Text: "yes", Re: seqs["shall"]})
		p.shows("-- bob answers zoe: shall we", "<bob> yes")
		p.does(bob, rooms.Say{Text: "laughs", Action: true, Re: seqs["**waves**"]})
		p.shows("-- bob answers zoe waves", "* bob laughs")
		p.does(bob, rooms.Say{Text: "no", Re: seqs["one"]})
		p.shows("-- bob answers pia: one two long long long long lon…", "<bob> no")
		p.does(bob, rooms.Say{Text: "so\n-- bob answers zoe: no"})
		p.shows("<bob> so", "  -- bob answers zoe: no")
		p.types("/ignore pia\r")
		p.does(bob, rooms.Say{Text: "but", Re: seqs["one"]})
		p.shows("-- bob answers a message that you hide", "<bob> but")
	})
}

// What was said too long ago, or before one came, is an earlier message.
func TestAnswersToWhatIsForgotten(t *testing.T) {
	var s stay
	anna := rooms.Person{ID: "1", Nick: "anna"}
	s.happen(&rooms.Welcome{Room: "den"}, Visit{})
	for seq := range uint64(maxHeard + 1) {
		s.happen(&rooms.Said{Seq: seq + 1, From: anna, Text: fmt.Sprint("number ", seq+1)}, Visit{})
	}
	answer := func(re uint64) string {
		told, _, _ := strings.Cut(s.happen(&rooms.Said{Seq: 1000, From: anna, Text: "yes", Re: re}, Visit{}), "\n")
		return told
	}
	if told := answer(1); told != "-- anna answers an earlier message" {
		t.Errorf("%q", told)
	}
	if told := answer(maxHeard + 1); told != fmt.Sprintf("-- anna answers anna: number %d", maxHeard+1) {
		t.Errorf("%q", told)
	}
	s.happen(&rooms.Welcome{Room: "den", Resumed: true}, Visit{})
	if told := answer(maxHeard + 1); told != fmt.Sprintf("-- anna answers anna: number %d", maxHeard+1) {
		t.Errorf("%q", told)
	}
	s.happen(&rooms.Welcome{Room: "den"}, Visit{})
	if told := answer(maxHeard + 1); told != "-- anna answers an earlier message" {
		t.Errorf("%q", told)
	}
	if lineOf(&rooms.Said{From: anna, Text: "yes", Re: 3}) != "<anna> yes\n" {
		t.Error("a pipe's lines are others")
	}
}
