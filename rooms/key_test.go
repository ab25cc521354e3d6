package rooms

import (
	"reflect"
	"strings"
	"testing"
)

// walk walks all that is reachable from a value, and calls found for each text.
func walk(v reflect.Value, been map[any]bool, path string, found func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		found(path, v.String())
	case reflect.Pointer:
		if v.IsNil() || been[v.UnsafePointer()] {
			return
		}
		been[v.UnsafePointer()] = true
		walk(v.Elem(), been, path, found)
	case reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), been, path, found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), been, path+"."+v.Type().Field(i).Name, found)
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			walk(entry.Key(), been, path+"[key]", found)
			walk(entry.Value(), been, path+"[]", found)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			found(path, string(v.Bytes()))
			return
		}
		v = v.Slice(0, v.Cap()) // what was dropped may still be there
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), been, path+"[]", found)
		}
	}
}

// Nothing that the server holds has a key's words once they were taken, nor those of who
// claims with one.
func TestKeysAreNotKept(t *testing.T) {
	h := NewHub(Config{})
	host, err := h.Join(t.Context(), Visitor{Room: "lobby", Host: true, Resumable: true})
	if err != nil {
		t.Fatal(err)
	}
	other, err := h.Join(t.Context(), Visitor{Room: "lobby", Resumable: true})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	take := func() {
		for _, seat := range []*Seat{host, other} {
			for events, err := seat.Take(); len(events) > 0 || err != nil; events, err = seat.Take() {
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events {
					if shown, ok := e.(*KeyShown); ok {
						words = append(words, shown.Words)
					}
				}
			}
		}
	}
	do := func(seat *Seat, op Op) {
		if err := seat.Do(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	held := func(secret string) (where []string) {
		for name, v := range map[string]any{"hub": h, "host": host, "other": other} {
			walk(reflect.ValueOf(v), make(map[any]bool), name, func(path, text string) {
				if strings.Contains(text, secret) {
					where = append(where, path)
				}
			})
		}
		return where
	}
	do(host, AskKey{})
	do(host, Say{Text: "a canary"})
	if where := held("a canary"); len(where) == 0 {
		t.Error("what waits to be taken is not found, so nothing would be")
	}
	take()
	do(other, Claim{Key: words[1]})
	do(other, AskKey{})
	take()
	if len(words) != 3 {
		t.Fatalf("%d keys were shown", len(words))
	}
	for _, key := range words {
		if where := held(key); len(where) > 0 {
			t.Errorf("a key is kept in %v", where)
		}
	}
	for _, seat := range []*Seat{host, other} {
		do(seat, Leave{})
	}
}
