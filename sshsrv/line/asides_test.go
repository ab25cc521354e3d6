package line

import (
	"testing"

	"sotto/rooms"
)

// Who is away is listed, with why in a line of its own, and answered to who whispers.
func TestAsidesInLines(t *testing.T) {
	seat := &deaf{}
	l := &linear{phase: arriving, stay: stay{seat: seat}}
	happen := func(e rooms.Event) {
		t.Helper()
		if err := l.tellOf(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	typed := func(line string) (told string) {
		t.Helper()
		l.held = nil
		before := len(seat.ops)
		if err := l.submit(t.Context(), line); err != nil {
			t.Fatal(err)
		}
		for _, op := range seat.ops[before:] {
			switch op := op.(type) {
			case rooms.SetAside:
				me := rooms.Member{ID: "a1", Nick: "otter", Via: rooms.ViaSSH, Aside: rooms.Aside{On: op.On, Text: op.Text}}
				happen(&rooms.AsideSet{Seq: 9, Member: me, ID: op.ID})
			case rooms.Whisper:
				happen(&rooms.Whispered{From: l.stay.you, To: rooms.Person{ID: op.To, Nick: "anna"}, Text: op.Text, ID: op.ID})
			case rooms.Say:
				happen(&rooms.Said{Seq: 10, From: l.stay.you, Text: op.Text, ID: op.ID})
			}
		}
		for _, held := range l.held {
			told += held.text
		}
		return told
	}
	you, anna := rooms.Member{ID: "a1", Nick: "otter", Via: rooms.ViaSSH}, rooms.Member{ID: "b2", Nick: "anna", Via: rooms.ViaWeb}
	happen(&rooms.Welcome{Room: "den", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{anna, you}})
	anna.Aside = rooms.Aside{On: true, Text: "lunch), bob (web, host"}
	happen(&rooms.AsideSet{Member: anna})
	happen(&rooms.VoiceNow{Member: anna.ID, In: true, Muted: true})
	for _, step := range []struct{ line, told string }{
		{"/back", "-- You are not shown as away. /away TEXT shows it beside your name.\n"},
		{"/who", "-- Here are anna (web, away, in voice, mic off), otter (ssh, you).\n-- anna is away: lunch), bob (web, host\n"},
		{"/msg anna psst", "-- only anna was told that\n-- anna is away: lunch), bob (web, host\n"},
		{"/msg anna again", "-- only anna was told that\n"},
		{"/away back at three", "-- You are shown as away in this room: back at three. /back ends it.\n"},
		{"one thing more", "-- You are shown as away still. /back ends it.\n"},
		{"/back", "-- You are not shown as away any more.\n"},
		{"/away", "-- You are shown as away in this room. /back ends it.\n"},
		{"/ignore anna", ""},
		{"/who", "-- Here are anna (web, ignored, away, in voice, mic off), otter (ssh, you, away).\n"},
	} {
		if told := typed(step.line); told != step.told && step.told != "" {
			t.Errorf("%s tells %q, want %q", step.line, told, step.told)
		}
	}
}
