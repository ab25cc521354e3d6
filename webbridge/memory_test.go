//go:build !race

package webbridge

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// inUse is what the process has of memory, less what the heap has free, in bytes.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // what has a finalizer is gone after the second
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	of := func(i int) int64 { return int64(samples[i].Value.Uint64()) }
	return of(0) - of(1) - of(2)
}

// plain opens a socket that costs this process next to nothing on its own side, and
// takes a place with it. What comes stays in the kernel.
func (r *rig) plain(room string) net.Conn {
	r.t.Helper()
	c, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", r.addr, wire.Subprotocol)
	in := bufio.NewReader(c)
	response, err := http.ReadResponse(in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		r.t.Fatalf("%v, %v", response, err)
	}
	join := `{"t":"join","room":"` + room + `"}`
	c.Write(append([]byte{0x81, 0x80 | byte(len(join)), 0, 0, 0, 0}, join...)) // of this length there is no other form
	if _, err := in.ReadByte(); err != nil {                                   // the welcome has begun to come
		r.t.Fatal(err)
	}
	return c
}

// What a socket is charged is what it takes: silent in a room, and with a message on
// its way in that does not end. Under the race detector it would be another figure, and
// take so long that sockets are asked for signs of life meanwhile.
func TestChargeIsReal(t *testing.T) {
	const sockets, each = 400, 20
	holders := make(chan rooms.Holder, sockets+1)
	r := start(t, held(holders, make(chan struct{}, sockets+1)))
	r.plain("warm")
	all := []rooms.Holder{<-holders}
	charged := func() (sum int64) {
		for _, h := range all {
			bytes, _ := h.Holds()
			sum += int64(bytes)
		}
		return sum
	}
	perSocket := func(what string, took, charged int64) {
		t.Helper()
		t.Logf("%s: %d bytes a socket, charged %d", what, took/sockets, charged/sockets)
		if took > charged*5/4 || took < charged/2 {
			t.Errorf("%s: a socket takes %d bytes and is charged %d", what, took/sockets, charged/sockets)
		}
	}
	before, none := inUse(), charged()
	var conns []net.Conn
	for i := range sockets {
		conns = append(conns, r.plain(fmt.Sprint("hall", i/each)))
		all = append(all, <-holders)
	}
	idle, sum := inUse(), charged()
	perSocket("silent", idle-before, sum-none)

	frame := append([]byte{0x81, 0x80 | 126, 0, 0, 0, 0, 0, 0}, make([]byte, wire.MaxFrameBytes-1000)...)
	binary.BigEndian.PutUint16(frame[2:], wire.MaxFrameBytes-1000)
	var sent atomic.Int64
	for _, c := range conns {
		go func() {
			c.Write(frame[:len(frame)-1])
			sent.Add(1)
		}()
	}
	for deadline := time.Now().Add(patience); sent.Load() < sockets || charged()-sum < sockets*wire.MaxFrameBytes; {
		if time.Now().After(deadline) {
			t.Fatalf("%d were sent; charged %d more", sent.Load(), charged()-sum)
		}
		runtime.Gosched()
	}
	perSocket("receiving", inUse()-before, charged()-none)
}
