package rooms

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"
)

// heldOrder are the fields that matter most to a person: who they are to others,
// and whether anything that was said is still there.
var heldOrder = [...]string{"nick", "room", "via", "out.entries"}

// HeldFirst is how many of the fields of a [Held] come before the rest because they
// matter most.
const HeldFirst = len(heldOrder)

// inspect answers with every field of the place, from the structures
// themselves: a field that is added later shows up here by itself.
func (p *place) inspect(id string) {
	h, r := p.room.hub, p.room
	h.mu.Lock()
	r.mu.Lock()
	locks := []sync.Locker{&p.out.mu, &h.away.mu, &r.pace.mu, &p.says.mu, &p.sealed.mu, &p.order.mu, &p.renames.mu, &p.typings.mu, &p.marks.mu, &p.passes.mu, &p.keys.mu, &p.returns.mu, &p.patience.vain.mu, &p.patience.asked.mu}
	for _, l := range locks {
		l.Lock()
	}
	fields := Fields(p)
	for _, l := range locks {
		l.Unlock()
	}
	if m := r.state.roster.byID[p.id]; m != nil {
		fields = append(fields, Fields(&m.past)...)
		messages, reactions := r.state.memory.of(p.id)
		fields = append(fields,
			HeldField{"nick", m.Nick, "the name you go by in this room"},
			HeldField{"aside", cmp.Or(m.Aside.Text, map[bool]string{true: "set", false: "none"}[m.Aside.On]), "that you are away, and why, as you said, shown beside your name until you are back"},
			HeldField{"voice", r.voiced.now[p.id].String(), "how you are in the room's voice, shown beside your name; nothing of the sound"},
			HeldField{"memory.messages", fmt.Sprintf("%d of them", messages), "which of up to 10000 messages here are yours and when you said them, so that you can change them and take them back; nothing of the words"},
			HeldField{"memory.reactions", fmt.Sprintf("%d of them", reactions), "which of the newest 1000 you reacted to, and with what"})
	}
	r.mu.Unlock()
	h.mu.Unlock()
	slices.SortStableFunc(fields, func(a, b HeldField) int { return heldRank(a) - heldRank(b) })
	r.do(func() { p.put(&Held{ID: id, Fields: fields}) })
}

// heldRank is a field's place among those that come first, or behind them all.
func heldRank(f HeldField) int {
	if i := slices.Index(heldOrder[:], f.Name); i >= 0 {
		return i
	}
	return len(heldOrder)
}

// Fields lists every field of the struct that v points to, by reflection: its
// name, its value now (a description for anything but plain values), and the
// reason in its `held` tag. Nested structs with tags of their own are listed
// field by field. Doors use it for what they hold about a session.
func Fields(v any) []HeldField { return fields("", reflect.ValueOf(v).Elem()) }

// FieldsOf is [Fields] of what is itself a field, of that name.
func FieldsOf(name string, v any) []HeldField { return fields(name+".", reflect.ValueOf(v).Elem()) }

func fields(prefix string, v reflect.Value) (held []HeldField) {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		name := prefix + field.Name
		if value.Kind() == reflect.Struct && value.NumField() > 0 && value.Type().Field(0).Tag.Get("held") != "" {
			held = append(held, fields(name+".", value)...)
			continue
		}
		held = append(held, HeldField{name, describe(value), field.Tag.Get("held")})
	}
	return held
}

func describe(v reflect.Value) string {
	if v.Type() == reflect.TypeFor[time.Time]() {
		// Not v.IsZero, whose look the race detector doesn't see.
		if (*time.Time)(v.Addr().UnsafePointer()).IsZero() {
			return "never"
		}
		return "a time"
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return time.Duration(v.Int()).String()
	}
	if v.Type() == reflect.TypeFor[*room]() {
		return v.Elem().FieldByName("name").String()
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		return fmt.Sprint(v)
	case reflect.Slice, reflect.Map:
		return fmt.Sprintf("%d of them", v.Len())
	case reflect.Pointer, reflect.Func, reflect.Chan, reflect.Interface:
		if v.IsNil() {
			return "none"
		}
	}
	return "set"
}
