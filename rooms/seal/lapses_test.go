//go:build !race

package seal_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

// What a member did seal and nobody can read is told of as theirs, each time it is counted
// in a line, and the server is not blamed for it.
func TestWhatCannotBeReadIsItsSenders(t *testing.T) {
	for text, c := range map[string]struct {
		all  bool
		code rooms.Code
	}{
		`{"t":"say","text":"to some"}`:                           {false, seal.Unreadable},
		`{"t":"whisper","text":"to all"}`:                        {true, seal.Unreadable},
		`{"t":"say","text":"a","text":"b"}`:                      {true, seal.Unreadable},
		`{"t":"offer","file":{"name":"a","size":-1}}`:            {true, seal.Unreadable},
		`{"t":"say","text":"` + strings.Repeat("x", 5000) + `"}`: {true, seal.Unreadable},
		`no object`:     {true, seal.Unreadable},
		`{"t":"later"}`: {true, seal.Unknown},
	} {
		t.Run(text[:min(len(text), 40)], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := newServer()
				anna := srv.enter(t, "anna")
				settle(anna)
				mallory := srv.stray(t)
				settle(anna)
				mallory.come("mallory", anna)
				got[*rooms.Notice](anna)
				for range 5 {
					mallory.tell(c.all, text, mallory.order...)
					settle(anna)
				}
				first := got[*rooms.Notice](anna)
				if len(first) != 1 || first[0].Code != c.code || !strings.HasPrefix(first[0].Text, "mallory") || !strings.Contains(first[0].Text, "(1 so far)") {
					t.Fatalf("anna was told %s", notices(first))
				}
				mallory.tell(c.all, text, mallory.order...)
				pass(10, anna)
				second := got[*rooms.Notice](anna)
				if len(second) != 1 || !strings.Contains(second[0].Text, "(6 so far)") {
					t.Fatalf("then anna was told %s", notices(second))
				}
				for range 600 {
					mallory.tell(c.all, text, mallory.order...)
					mallory.listen()
					time.Sleep(time.Second)
					settle(anna)
				}
				if n := len(got[*rooms.Notice](anna)); n > 8 {
					t.Errorf("in ten minutes anna was told %d times", n)
				}
				mallory.tell(c.all, text, mallory.order...)
				mallory.conn.Close()
				settle(anna)
				last := got[*rooms.Notice](anna)
				if len(last) != 1 || !strings.Contains(last[0].Text, fmt.Sprintf("(%d so far)", 607)) {
					t.Errorf("at the end anna was told %s", notices(last))
				}
			})
		})
	}
}
