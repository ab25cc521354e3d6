package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"sotto/rooms"
)

// deadPeer finds connections whose other end has vanished: 30 s × 3.
var deadPeer = net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 30 * time.Second, Count: 3}

// listen opens a door's listener. Multipath TCP stays off: Landlock's rules for
// TCP do not cover it.
func listen(ctx context.Context, door, addr string) (net.Listener, error) {
	config := net.ListenConfig{KeepAliveConfig: deadPeer}
	config.SetMultipathTCP(false)
	l, err := config.Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("can't listen for %s on %s: another program has that port; stop it or choose another with --%s-addr", door, addr, flagOf[door])
	case err != nil:
		return nil, fmt.Errorf("can't listen for %s on %s: %w", door, addr, rooms.Cause(err))
	}
	return l, nil
}

var flagOf = map[string]string{"ssh": "ssh", "web": "http", "voice": "voice"}

// port is the port that a listener got.
func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// shown is a listener's address as a person would type it: where it listens on
// every address, this machine's own.
func shown(l net.Listener) string {
	addr := l.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, fmt.Sprint(addr.Port))
}
