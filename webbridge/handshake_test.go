package webbridge

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// hijackable hands over one end of a pipe, with a reader as net/http has it
// after a request.
type hijackable struct {
	http.ResponseWriter
	conn   net.Conn
	reader *bufio.Reader
}

func (h hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.conn, bufio.NewReadWriter(h.reader, bufio.NewWriter(h.conn)), nil
}

// recorded gives away the buffer that a bufio.Reader reads into.
type recorded struct {
	io.Reader
	buffer []byte
}

func (r *recorded) Read(p []byte) (int, error) {
	r.buffer = p
	return r.Reader.Read(p)
}

func TestUpgradeKeepsNothingOfTheRequest(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	const request, early = "GET /ws HTTP/1.1\r\nUser-Agent: secret-agent\r\n\r\n", "early frame"
	source := &recorded{Reader: strings.NewReader(request + early)}
	reader := bufio.NewReader(source)
	if _, err := reader.Peek(len(request)); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Discard(len(request)); err != nil {
		t.Fatal(err)
	}
	buffer := source.buffer
	if !strings.Contains(string(buffer), "secret-agent") {
		t.Fatal("the request is not in the buffer to begin with")
	}

	up := &upgrade{ResponseWriter: hijackable{httptest.NewRecorder(), here, reader}}
	conn, buffers, err := up.Hijack()
	if err != nil || conn != up.conn || conn.(*patient).Conn != here {
		t.Fatalf("have %v, %v", conn, err)
	}
	if strings.Contains(string(buffer), "secret-agent") {
		t.Error("the buffer still holds the request")
	}
	if n := buffers.Reader.Buffered(); n != len(early) {
		t.Errorf("%d bytes are buffered, want %d", n, len(early))
	}
	go there.Write([]byte(" and a later one"))
	have := make([]byte, len("early frame and a later one"))
	if _, err := io.ReadFull(buffers.Reader, have); err != nil || string(have) != "early frame and a later one" {
		t.Errorf("have %q, %v", have, err)
	}
}

// What left a server stands in no buffer of the library's any more; what many get is left
// as it is.
func TestWriteBufferIsWiped(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	go io.Copy(io.Discard, there)
	up := &upgrade{ResponseWriter: hijackable{httptest.NewRecorder(), here, bufio.NewReader(here)}}
	_, buffers, err := up.Hijack()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"five words that nobody keeps", strings.Repeat("more than the buffer takes ", writeBuffer)} {
		shared := []byte(text)
		for _, part := range [][]byte{[]byte("head"), shared} {
			if _, err := buffers.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := buffers.Flush(); err != nil {
			t.Fatal(err)
		}
		left := buffers.AvailableBuffer()[:writeBuffer]
		if string(left) != string(make([]byte, writeBuffer)) {
			t.Errorf("the buffer holds %.60q", left)
		}
		if string(shared) != text {
			t.Errorf("what others get is %.60q", shared)
		}
	}
}
