package voice

import (
	"io"
	"net"
	"net/http"
	"testing"

	"sotto/rooms"
	"sotto/rooms/voice"
)

// TestSoundComesByTheWebsNumber: connections of browsers for sound are told from requests at
// one listener, and neither is in the other's way.
func TestSoundComesByTheWebsNumber(t *testing.T) {
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4})
	if err != nil {
		t.Fatal(err)
	}
	ports := NewPorts(udp, nil, web.Addr().(*net.TCPAddr).Port)
	t.Cleanup(func() { ports.Close() })
	site := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "page") })}
	served := make(chan error, 1)
	go func() { served <- site.Serve(ports.Beside(web)) }()
	t.Cleanup(func() { site.Close(); <-served })
	calls := voice.New(voice.Config{})
	t.Cleanup(calls.Close)
	s, err := New(Config{Ports: ports, Calls: calls})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Server: s, hub: rooms.NewHub(rooms.Config{})}
	anna, bob := w.newBrowser(t, "", byTCP), w.newBrowser(t, "", byUDP)
	anna.connect()
	bob.connect()
	until(t, "bob hears anna", func() bool { return bob.hears("tea") > 0 }, func() { anna.say("tea") })
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	response, err := client.Get("http://" + web.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); string(body) != "page" || err != nil {
		t.Errorf("the web says %q, %v", body, err)
	}
	// What is neither gets nothing, and no request is answered to what began as sound.
	c, err := net.Dial("tcp", web.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("\x00\x04quitGET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if said, _ := io.ReadAll(c); len(said) > 0 {
		t.Errorf("nonsense is answered %q", said)
	}
}
