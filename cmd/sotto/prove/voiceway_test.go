//go:build e2e

package prove

import (
	"encoding/binary"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// voiceWay is between native clients and the server's voice: so the server sees them come
// from addresses that nobody else has. It knows by what names they went.
type voiceWay struct {
	*e2e.Relay
	from e2e.Source

	mu    sync.Mutex
	names []string
}

func newVoiceWay(t *testing.T) *voiceWay {
	t.Helper()
	w := &voiceWay{from: e2e.Source{UDP: net.IPv4(127, 201, 77, 21), TCP: net.IPv4(127, 201, 77, 22)}}
	w.Relay = e2e.NewRelay(t, net.IPv4(127, 0, 0, 1), w.from, w.named)
	return w
}

// flag is what the server is to be started with.
func (w *voiceWay) flag() string { return "--public-voice=" + w.Addr }

// needles are what the server learnt of whoever came this way.
func (w *voiceWay) needles(t *testing.T) []needle {
	t.Helper()
	_, streams := w.Came()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.names) == 0 || streams == 0 {
		t.Fatalf("by UDP came %q, and %d by TCP", w.names, streams)
	}
	needles := slices.Concat(addressForms(w.from.UDP), addressForms(w.from.TCP))
	for _, name := range w.names {
		needles = append(needles, needle{"a name of a connection for sound", "text", []byte(name)})
	}
	return needles
}

// named keeps the names that a check bears, of the server's answer and of the client's offer.
func (w *voiceWay) named(packet []byte) {
	const header, request, username = 20, 0x0001, 0x0006
	if len(packet) < header || binary.BigEndian.Uint16(packet) != request {
		return
	}
	for rest := packet[header:]; len(rest) >= 4; {
		kind, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		rest = rest[4:]
		if size > len(rest) {
			return
		}
		if kind == username {
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, name := range strings.Split(string(rest[:size]), ":") {
				if !slices.Contains(w.names, name) {
					w.names = append(w.names, name)
				}
			}
			return
		}
		rest = rest[min((size+3)&^3, len(rest)):]
	}
}
