//go:build !race

package composer

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// These run without the race detector, which would take a minute to see that one goroutine
// looks at all that it holds.

// size is what a value keeps alive, in bytes, found out by looking at all of it.
func size(v reflect.Value) (n int) {
	switch v.Kind() {
	case reflect.String:
		n = v.Len()
	case reflect.Slice:
		n = v.Cap() * int(v.Type().Elem().Size())
		for i := range v.Len() {
			n += size(v.Index(i))
		}
	case reflect.Map:
		for at := v.MapRange(); at.Next(); {
			n += int(v.Type().Elem().Size()) + size(at.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			n += size(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			n = int(v.Type().Elem().Size()) + size(v.Elem())
		}
	}
	return n
}

// checkHolds compares what the composer says of itself with what it keeps: a
// structure that is forgotten there shows up here.
func checkHolds(t *testing.T, c *Composer, step string) {
	t.Helper()
	said, spare := c.Holds()
	if kept := size(reflect.ValueOf(c).Elem()); said < kept*3/4-1024 || said > 2*kept+1024 || spare > said {
		t.Fatalf("%s: it says that it holds %d bytes, %d of them spare, and keeps %d", step, said, spare, kept)
	}
	if said > MaxHolds {
		t.Fatalf("%s: it holds %d bytes", step, said)
	}
}

// Everything that can be made to grow is counted, stays within its bound, and is
// let go of, but for what is written.
func TestHolds(t *testing.T) {
	for name, fill := range map[string]func(c *Composer, n int){
		"typing":   func(c *Composer, n int) { play(c, "word Enter") },
		"pasting":  func(c *Composer, n int) { c.Paste(strings.Repeat("pasted ", 500)); c.Key(press("C-k")) },
		"cutting":  func(c *Composer, n int) { c.Paste(strings.Repeat("cut ", 900)); play(c, "C-u") },
		"undoing":  func(c *Composer, n int) { c.Paste(strings.Repeat("x", 3900)); play(c, "C-u C-_ C-_") },
		"sending":  func(c *Composer, n int) { c.Paste(strings.Repeat("x", 3900-n)); play(c, "Enter") },
		"lines":    func(c *Composer, n int) { c.Paste(strings.Repeat("\n", 3900)); c.Key(press("C-k")); c.View(20, 5) },
		"yanking":  func(c *Composer, n int) { c.Paste("a"); play(c, "C-u C-y C-y C-u") },
		"changing": func(c *Composer, n int) { c.Paste(strings.Repeat("y", 3000+n)); play(c, "Enter Up a Up b Up c Up d") },
		"refusing": func(c *Composer, n int) { c.Paste(strings.Repeat("long ", 10_000)); play(c, "Esc") },
	} {
		t.Run(name, func(t *testing.T) {
			c := New(nil)
			for n := range 150 {
				fill(c, n)
				checkHolds(t, c, name)
			}
			text, at := c.Text(), c.Cursor()
			before, spare := c.Holds()
			c.Shed()
			after, rest := c.Holds()
			if c.Text() != text || c.Cursor() != at {
				t.Errorf("with what was spare went what is written")
			}
			if after > before-spare+1024 || rest > 1024 {
				t.Errorf("of %d bytes, %d of them spare, %d are left, %d of them spare", before, spare, after, rest)
			}
			checkHolds(t, c, "afterwards")
			play(c, "C-_ C-y Up Down x")
			checkText(t, c, "goes on")
		})
	}
}

// Whatever is done before and after, letting go harms nothing.
func TestShedAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 60 {
		c := New(words("alice", "alicia", "bob "))
		for range 3 {
			script := make([]byte, 60)
			for i := range script {
				script[i] = byte(random.Uint32())
			}
			run(t, c, script, func(step string) {
				checkText(t, c, step)
				checkHolds(t, c, step)
			})
			text, at := c.Text(), c.Cursor()
			c.Shed()
			if c.Text() != text || c.Cursor() != at {
				t.Fatal("with what was spare went what is written")
			}
			checkHolds(t, c, "afterwards")
			checkView(t, c, 20, 4)
		}
	}
}
