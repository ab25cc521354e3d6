package native

import (
	"context"
	"net"
	"net/http"

	"sotto/webbridge/client"
)

// reach finds out how to connect to the address's server. Nothing is sent yet.
func (v Visit) reach(ctx context.Context) (*host, error) {
	h := &host{server: Address{Server: v.Address.Server}, links: make(map[string]string)}
	var err error
	h.connect, err = client.WebSocket(v.Address.Server.String(), &http.Client{Transport: transport()})
	return h, err
}

// transport makes plain connections, with no proxy but the environment's and no
// cookies. Connections are not kept: each is a WebSocket.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{}).DialContext,
		DisableKeepAlives:   true,
		DisableCompression:  true,
		TLSHandshakeTimeout: enterTimeout,
	}
}
