package tui

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// holding returns where a value that can be reached from another has a text in it; "":
// nowhere.
func holding(root any, text string) string {
	seen := make(map[[2]uintptr]bool)
	var look func(v reflect.Value, path string) string
	look = func(v reflect.Value, path string) string {
		switch v.Kind() {
		case reflect.String:
			if strings.Contains(v.String(), text) {
				return path
			}
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return ""
			}
			if v.Kind() == reflect.Pointer {
				key := [2]uintptr{v.Pointer(), uintptr(unsafe.Pointer(unsafe.StringData(v.Type().String())))}
				if seen[key] {
					return ""
				}
				seen[key] = true
			}
			return look(v.Elem(), path)
		case reflect.Struct:
			for i := range v.NumField() {
				if found := look(v.Field(i), path+"."+v.Type().Field(i).Name); found != "" {
					return found
				}
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 { // what is behind its end too
				b := unsafe.Slice((*byte)(v.UnsafePointer()), v.Cap())
				if strings.Contains(string(b), text) {
					return path
				}
				return ""
			}
			if v.CanInterface() || v.Cap() == v.Len() {
				for i := range v.Len() {
					if found := look(v.Index(i), path+"[]"); found != "" {
						return found
					}
				}
				return ""
			}
			for i := range v.Cap() {
				if found := look(v.Slice(0, v.Cap()).Index(i), path+"[…]"); found != "" {
					return found
				}
			}
		case reflect.Array:
			for i := range v.Len() {
				if found := look(v.Index(i), path+"[]"); found != "" {
					return found
				}
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				for _, part := range []reflect.Value{it.Key(), it.Value()} {
					if found := look(part, path+"{}"); found != "" {
						return found
					}
				}
			}
		}
		return ""
	}
	return look(reflect.ValueOf(root), "screen")
}

// TestRetractedLeavesTheScreen: once something was taken back, nothing of it can be reached
// from a screen: of one that shows it, has scrolled by it, quotes, finds, answers or chose
// it, nor of its writer's, who changed it, was about to, or went through what they said.
func TestRetractedLeavesTheScreen(t *testing.T) {
	const secret = "xyzzy"
	for name, play := range map[string]func(s *sitting, seq uint64){
		"shown":    func(*sitting, uint64) {},
		"quoted":   func(s *sitting, seq uint64) { s.quotes(seq) },
		"answered": func(s *sitting, seq uint64) { s.quotes(seq); s.types("alt+up", "up", "enter", "so ") },
		"chosen":   func(s *sitting, _ uint64) { s.types("alt+up") },
		"asked":    func(s *sitting, _ uint64) { s.types("alt+up", "d") },
		"found":    func(s *sitting, _ uint64) { s.types("f3", "plugh", "enter"); s.passes(seekEvery); s.Frame() },
		"covered":  func(s *sitting, _ uint64) { s.types("f1") },
		"scrolled": func(s *sitting, _ uint64) {
			for range 60 {
				s.says(heron, "more")
				s.passes(rooms.TypingFor)
			}
			s.Frame()
			s.types("pgup", "pgup")
		},
		"changed": func(s *sitting, seq uint64) {
			s.types("up", "!", "enter")
			s.happens(&rooms.Amended{Seq: 90, From: you.Person(), Re: seq, Text: secret + " and plugh!", ID: "t3"})
		},
		"being changed": func(s *sitting, _ uint64) { s.types("up", "!", "backspace", "!") },
		"walked by":     func(s *sitting, _ uint64) { s.types("up", "up", "up", "down") },
		"walked by and begun": func(s *sitting, _ uint64) {
			s.types("something else", "up", "down")
		},
	} {
		for _, mine := range []bool{true, false} {
			if !mine && (strings.Contains(name, "chang") || strings.Contains(name, "walk")) {
				continue
			}
			s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
			author := lynx
			if mine {
				author = you
				s.types("first", "enter")
				s.answers()
				s.types(secret+" and plugh", "enter")
				s.answers()
			} else {
				s.says(lynx, secret+" and plugh")
			}
			seq := s.seq
			s.Frame()
			play(s, seq)
			s.Frame()
			s.seat.ops = nil
			if holding(s.Screen, secret) == "" {
				t.Fatalf("%s: nothing is there before it is taken back", name)
			}
			s.happens(&rooms.Retracted{Seq: 99, From: author.Person(), Re: seq})
			s.Frame()
			if where := holding(s.Screen, secret); where != "" {
				t.Errorf("%s, mine %v: it is still in %s", name, mine, where)
			}
		}
	}
}

// quotes makes somebody answer a message.
func (s *sitting) quotes(re uint64) {
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: heron.Person(), Text: "what?", Re: re})
}
