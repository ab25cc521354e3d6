package sshsrv

import (
	"net"

	"golang.org/x/sys/unix"
)

// hungUp reports whether the far end of a connection is known to be gone, without
// reading from it: it will send nothing more, or the connection is broken.
func hungUp(tcp *net.TCPConn) (gone bool) {
	if tcp == nil {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return true
	}
	err = raw.Control(func(fd uintptr) {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		n, err := unix.Poll(fds, 0)
		gone = err == nil && n > 0 && fds[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
	})
	return gone || err != nil
}
