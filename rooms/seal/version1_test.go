package seal_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"testing/synctest"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// What programs of version 1 sent: hellos that were good then, and a chat. The words
// could be said twice, and their readers needed not be shown.
type version1 struct {
	Secret   string
	Hellos   []string
	Messages []struct {
		From  int
		Body  string
		Wraps []string
	}
}

func readVersion1(t *testing.T) (v version1) {
	t.Helper()
	text, err := os.ReadFile("testdata/version1.json")
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whoever speaks version 1 with the right link is not let in, reads nothing, and nothing
// that they send or repeat is shown: they are told of as of another version, and what
// they sent as not genuine.
func TestVersion1IsNotSpoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := readVersion1(t)
		srv := newServer()
		copy(srv.secret[:], unhex(t, v.Secret))
		anna, bob := srv.enter(t, "anna"), srv.enter(t, "bob")
		settle(anna, bob)
		room := seal.Open(srv.secret).Name()
		var old []*rooms.Seat
		for _, hello := range v.Hellos {
			seat, err := srv.Join(t.Context(), rooms.Visitor{Room: room, Hello: string(unhex(t, hello))})
			if err != nil {
				t.Fatal(err)
			}
			defer seat.Close()
			old = append(old, seat)
		}
		settle(anna, bob)
		if !anna.told(seal.Ghost, "another version") || len(got[*rooms.Joined](anna)) > 1 {
			t.Errorf("anna was told %q", anna.warnings(seal.Ghost))
		}
		anna.do(rooms.Say{Text: "for bob alone"})
		settle(anna, bob)
		for i, message := range v.Messages {
			wraps := map[string][]byte{}
			for _, wrap := range message.Wraps { // whichever it was for
				wraps[anna.you(t)], wraps[bob.you(t)] = unhex(t, wrap), unhex(t, wrap)
				for twice := range 2 {
					err := old[message.From].Do(t.Context(), rooms.Seal{ID: fmt.Sprint(i, twice), Body: unhex(t, message.Body), Wraps: wraps})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		settle(anna, bob)
		if said := got[*rooms.Said](bob); len(said) != 1 || said[0].Text != "for bob alone" {
			t.Errorf("bob read %+v", said)
		}
		if !bob.told(seal.Forged, "no member of this room sealed") || len(got[*rooms.Whispered](bob)) > 0 {
			t.Errorf("bob was told %q", bob.warnings(seal.Forged))
		}
		for i, seat := range old {
			for {
				heard, err := seat.Take()
				if err != nil || len(heard) == 0 {
					break
				}
				for _, e := range heard {
					if sealed, ok := e.(*rooms.Sealed); ok && sealed.Wrap != nil {
						t.Errorf("member %d of version 1 was sealed something", i)
					}
				}
			}
		}
	})
}
