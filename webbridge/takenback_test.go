package webbridge

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"unsafe"
	"weak"

	"sotto/rooms"
)

// What was taken back waits for nobody who reads nothing.
func TestSlowReaderHoldsNothingThatWasTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := rooms.NewHub(rooms.Config{SayRate: 0})
		r := startInMemory(t, func(c *Config) { c.Hub = hub })
		r.join("den", "slow") // reads no more
		writer, err := hub.Join(t.Context(), rooms.Visitor{Room: "den"})
		if err != nil {
			t.Fatal(err)
		}
		defer writer.Close()
		take := func() (re uint64) {
			t.Helper()
			events, err := writer.Take()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if said, ok := e.(*rooms.Said); ok {
					re = said.Seq
				}
			}
			return re
		}
		say := func(text string) (re uint64, held weak.Pointer[byte]) {
			made := strings.Clone(text + " that is long enough to have memory of its own")
			if err := writer.Do(t.Context(), rooms.Say{Text: made}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			return take(), weak.Make(unsafe.StringData(made))
		}
		take()
		say("what is being written")
		re, waits := say("what waits behind it")
		collect()
		if waits.Value() == nil {
			t.Fatal("what waits is not held: this test sees nothing")
		}
		if err := writer.Do(t.Context(), rooms.Retract{Re: re}); err != nil {
			t.Fatal(err)
		}
		take()
		collect()
		if waits.Value() != nil {
			t.Error("what waited is held though it was taken back")
		}
	})
}

func collect() {
	for range 3 {
		runtime.GC()
	}
}
