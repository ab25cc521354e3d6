package line

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// A long line that is interrupted is whole below, and can be edited.
func TestLongLineIsNotBrokenInto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		time.Sleep(gatherFor)
		p.types("one two three four five six seven eight nine ten eleven twelve thirteen")
		p.shows("<zoe> one two three four five six seven eight nine ten", "eleven twelve thirteen")
		p.does(bob, rooms.Say{Text: "interruption"})
		time.Sleep(QuietFor)
		p.shows("<bob> interruption", "<zoe> one two three four five six seven eight nine ten", "eleven twelve thirteen")
		p.types(home, "zero ")
		p.shows("<zoe> zero one two three four five six seven eight nine")
		p.types("\r")
		p.shows("<zoe> zero one two three four five six seven eight nine", "ten eleven twelve thirteen")
		if got, want := texts(bob), "zero one two three four five six seven eight nine ten eleven twelve thirteen"; !slices.Contains(got, want) {
			t.Errorf("bob got %q", got)
		}
	})
}

// Many lines at once are all said, in order, as the room allows; Ctrl-C drops those
// that wait, and is heard while they do.
func TestManyLinesWait(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		bob := p.guest("bob")
		var want []string
		var paste strings.Builder
		for i := range 60 {
			want = append(want, fmt.Sprint("line", i))
			paste.WriteString(want[i] + "\r")
		}
		p.types(paste.String())
		time.Sleep(time.Minute)
		if got := texts(bob); !slices.Equal(got, want) {
			t.Errorf("bob got %q", got)
		}
		if !strings.Contains(p.heard(), "-- Lines wait to be said") {
			t.Errorf("that they wait is not told: %q", p.lines())
		}
		p.types(paste.String(), "\x03")
		said := len(texts(bob))
		time.Sleep(time.Minute)
		if more := len(texts(bob)); said < 5 || said > 12 || more > 1 {
			t.Errorf("%d were said at once, and %d after Ctrl-C", said, more)
		}
		if !strings.Contains(strings.Join(p.lines(), "\n"), "lines that waited were dropped.") {
			t.Errorf("that they were dropped is not told: %q", p.lines())
		}
		p.types(paste.String() + "\x03") // all at once
		time.Sleep(time.Minute)
		if more := len(texts(bob)); more > 12 {
			t.Errorf("%d were said in spite of Ctrl-C", more)
		}
		p.types("after\r")
		if got := texts(bob); !slices.Equal(got, []string{"after"}) {
			t.Errorf("then bob got %q", got)
		}
	})
}

// A line that is too long for one message is asked about.
func TestLongLineIsAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t)
		bob := p.guest("bob")
		time.Sleep(gatherFor)
		p.types(strings.Repeat("words and words ", 300), "\r")
		if all := strings.Join(p.lines(), " "); !strings.Contains(all, "Ctrl-S: in 2 parts") {
			t.Fatalf("nothing is asked:\n%s", all)
		}
		p.types("so")
		if got := texts(bob); len(got) != 0 {
			t.Errorf("a sentence that was begun without looking answers")
		}
		p.types("\x13")
		if got := texts(bob); len(got) != 2 {
			t.Errorf("bob got %d messages", len(got))
		}
	})
}

// On the front page there is nobody to say it to: it is not taken, and keeps nobody.
func TestLongLineOnTheFrontPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t, func(v *Visit) { v.Room = "" })
		p.types(strings.Repeat("words and words ", 300), "\r", "\x13")
		p.shows("-- " + needsRoom)
		p.types("/quit\r")
		if err := <-p.over; err != nil {
			t.Error(err)
		}
		p.over <- nil
	})
}
