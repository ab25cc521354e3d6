package line

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// TestTimesOfNoZone says how to get one's own clock, to who named none.
func TestTimesOfNoZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		p.types("/times on\r")
		if heard := p.heard(); !strings.Contains(heard, "--tz") {
			t.Errorf("nothing about --tz in\n%s", heard)
		}
	})
}

// TestTimesOfLines has messages told with their times, by the reader's clock, once that
// is wanted, and what this person said as they typed it.
func TestTimesOfLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone := time.FixedZone("CET", 3600)
		p := sit(t, func(v *Visit) { v.Zone = zone })
		ann := p.guest("ann")
		p.does(ann, rooms.Say{Text: "before"})
		time.Sleep(QuietFor)
		p.types("/times\r", "/times on\r")
		at := time.Now().In(zone).Format("15:04")
		p.does(ann, rooms.Say{Text: "after"})
		p.types("mine\r", "/times off\r")
		p.does(ann, rooms.Say{Text: "later"})
		heard := p.heard()
		for _, want := range []string{"\n<ann> before", "No message has its time.", "by the clock of CET", "Every message of others has its time", "\n" + at + " <ann> after", "\n<ann> later"} {
			if !strings.Contains(heard, want) {
				t.Errorf("%q was not told in\n%s", want, heard)
			}
		}
		if strings.Contains(heard, at+" <zoe>") {
			t.Errorf("what was typed is told with a time:\n%s", heard)
		}
	})
}
