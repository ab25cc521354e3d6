package seal_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Somebody with the link who is not shown has no say: what they count is told to nobody
// before they are shown, and what they seal to all takes no room from what members are
// told of others.
func TestStrangersHaveNoSay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		anna := srv.enter(t, "anna")
		settle(anna)
		mallory := srv.stray(t)
		mallory.come("mallory", anna)
		x := srv.stray(t)
		x.greet()
		settle(anna)
		x.listen()
		got[*rooms.Gap](anna)
		got[*rooms.Joined](anna)
		for range 8 {
			x.tell(true, `{"t":"say","text":"hello"}`, x.linked()[0])
			for range 3 { // are missing
				if _, err := x.Compose([]byte(`{"t":"step"}`), false, x.linked()[0]); err != nil {
					t.Fatal(err)
				}
			}
			x.tell(false, `{"t":"step"}`, x.linked()[0])
			settle(anna)
			time.Sleep(time.Second)
		}
		if gaps := got[*rooms.Gap](anna); len(gaps) > 0 {
			t.Errorf("%d gaps are shown of somebody who is not: %+v", len(gaps), gaps[0])
		}
		anna.do(rooms.Say{Text: "who is there?"})
		settle(anna)
		mallory.listen()
		last := mallory.heard[len(mallory.heard)-1]
		if !last.All || len(last.Claims()) > 0 {
			t.Errorf("anna claims %d things of somebody whom she does not show: %q", len(last.Claims()), last.Text)
		}
		x.tell(false, `{"t":"confirm","nick":"xenia"}`, x.linked()[0])
		settle(anna)
		gap := one[*rooms.Gap](t, anna)
		joined := one[*rooms.Joined](t, anna)
		if gap.Missed != 32 || !strings.HasPrefix(joined.Member.Nick, "xenia") {
			t.Errorf("%d are missing of %q, want all that are, once they are shown", gap.Missed, joined.Member.Nick)
		}
	})
}
