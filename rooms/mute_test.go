package rooms_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Whoever holds the link of a sealed room and seals nothing keeps a place for a
// minute; who is alone may wait for as long as they like.
func TestMuteKeepsNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		sealed := func(hello string) *person { return enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: hello}) }
		first := sealed("A")
		time.Sleep(2 * rooms.MuteFor)
		member, mute := sealed("B"), sealed("C")
		first.take()
		member.do(rooms.Seal{ID: "1", Body: []byte("body"), Wraps: map[string][]byte{first.welcome.You.ID: []byte("wrap")}})
		time.Sleep(rooms.MuteFor - time.Second)
		synctest.Wait()
		mute.take()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		var ended *rooms.Ended
		if _, err := mute.Next(t.Context()); !errors.As(err, &ended) || ended.Code != rooms.Timeout || ended.Retry {
			t.Errorf("who seals nothing is ended by %v", err)
		}
		left := want[*rooms.Left](t, first.take())
		if left.Member.ID != mute.welcome.You.ID {
			t.Errorf("%+v", left)
		}
		if _, err := member.Take(); err != nil {
			t.Errorf("a member is ended by %v", err)
		}
	})
}
