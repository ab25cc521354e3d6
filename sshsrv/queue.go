package sshsrv

import (
	"reflect"
	"unsafe"

	gossh "golang.org/x/crypto/ssh"
)

// emptyQueue empties the queue of a connection of the SSH library that has ended, so that
// whoever waits to put something into it finds that out (see [opening]). The
// connection below must be closed: the queue is, soon after.
//
// It reaches for two fields that the library does not show, "transport" of its
// connection and "incoming" of that, because there is no other way to let go of what
// it left behind. Where they are not what they were, it does nothing, and
// TestNothingIsLeftOfWhoIsSentAway fails.
func emptyQueue(c gossh.ConnMetadata) {
	transport := field(reflect.ValueOf(c), "transport")
	incoming := field(transport, "incoming")
	if !incoming.IsValid() || incoming.Type() != reflect.TypeFor[chan []byte]() {
		return
	}
	for range *(*chan []byte)(unsafe.Pointer(incoming.UnsafeAddr())) {
	}
}

// field is a field of the struct that v, or what is in v, points to.
func field(v reflect.Value, name string) (f reflect.Value) {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return v.Elem().FieldByName(name)
}
