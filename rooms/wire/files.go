package wire

import "sotto/rooms"

func (f frame) file(key string, file rooms.File) frame {
	f = appendString(append(f.key(key), `{"name":`...), file.Name)
	return f.uint("size", file.Size).bytes("key", []byte(file.Key)).bytes("sum", []byte(file.Sum)).close()
}

// file reads what an offer says of a file. Whether it can be true is not asked
// here.
func (o *object) file(key string) rooms.File {
	inner := o.object(key)
	for _, needed := range []string{"name", "size", "key", "sum"} {
		inner.must(needed)
	}
	f := rooms.File{Name: inner.str("name"), Size: inner.uint("size"), Key: string(inner.bytes("key")), Sum: string(inner.bytes("sum"))}
	o.adopt(inner)
	return f
}

func (o *object) pass() rooms.Op {
	o.must("body")
	return rooms.Pass{ID: o.id("id"), To: o.ids("to"), Body: o.bytes("body")}
}

func appendPass(buf []byte, op rooms.Pass) []byte {
	return begin(buf, "pass").text("id", op.ID).ids("to", op.To).bytes("body", op.Body).close()
}
