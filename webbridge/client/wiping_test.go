package client

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What was taken from the library's read buffer is not in it while the next is waited for.
func TestReadBufferIsWiped(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n")
		io.WriteString(conn, "words that were taken back")
		io.Copy(io.Discard, conn)
	}))
	defer server.Close()
	request, err := http.NewRequest(http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", "test")
	answer, err := wiping(server.Client()).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	seen := &seenReader{Reader: answer.Body.(io.ReadWriteCloser)}
	reader := bufio.NewReader(seen)
	words := make([]byte, len("words that were taken back"))
	if _, err := io.ReadFull(reader, words); err != nil || string(words) != "words that were taken back" {
		t.Fatalf("have %q, %v", words, err)
	}
	if !strings.Contains(string(seen.buffer), "taken back") {
		t.Fatal("they are not in the buffer to begin with")
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, _ = reader.ReadByte() // waits until the end
	}()
	answer.Body.Close()
	<-over
	if strings.Contains(string(seen.buffer), "taken back") {
		t.Error("they are in the buffer still")
	}
}

// seenReader gives away the buffer that is read into.
type seenReader struct {
	io.Reader
	buffer []byte
}

func (r *seenReader) Read(p []byte) (int, error) {
	r.buffer = p
	return r.Reader.Read(p)
}
