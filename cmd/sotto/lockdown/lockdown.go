// Package lockdown takes away from the process, for good, what a chat server
// does not need once its listeners are open: writing to files, starting
// programs, opening connections, leaving a core dump. Connections that it can't
// do without are [Needed], and stay possible.
//
// What can be taken away depends on the system; [Enforced] says what was. It
// knows nothing of sotto.
package lockdown

import (
	"errors"
	"fmt"
	"strings"
)

// MinLandlock is the ABI of Landlock below which --strict refuses: version 3 is
// the first that also stops files from being cut to nothing.
const MinLandlock = 3

// landlockTCP is the first ABI that covers TCP.
const landlockTCP = 4

// Needed is what stays possible.
type Needed struct {
	Folders []string // may be read
	Ports   []uint16 // may be connected to by TCP, on every machine
	Sockets []string // may be connected to, once they are there again too
	Names   bool     // of machines may be looked up
	// Datagrams may be sent to every port, by sockets that are bound already. No other can
	// be bound all the same.
	Datagrams bool
}

// Enforced is what this system enforces from now on.
type Enforced struct {
	Landlock  int      // ABI version at work, 0 for none
	Ports     []uint16 // that may be connected to by TCP all the same
	NoCore    bool     // RLIMIT_CORE is 0
	NoDump    bool     // not dumpable: no core by a handler, no ptrace by other processes of this user
	NoGrowth  bool     // RLIMIT_FSIZE is 0: not even an open file, a memfd or a redirected output can be written
	Swappable bool     // memory may reach a disk
}

// String is the one line for the start.
func (e Enforced) String() string {
	var held []string
	switch {
	case e.Landlock >= landlockTCP:
		held = append(held, fmt.Sprintf("Landlock %d (no file to write, no program to start, no TCP bind or connect%s)", e.Landlock, e.but()))
	case e.Landlock > 0:
		held = append(held, fmt.Sprintf("Landlock %d (no file to write, no program to start)", e.Landlock))
	}
	for _, limit := range []struct {
		on   bool
		name string
	}{{e.NoGrowth, "RLIMIT_FSIZE=0"}, {e.NoCore, "RLIMIT_CORE=0"}, {e.NoDump, "not dumpable"}} {
		if limit.on {
			held = append(held, limit.name)
		}
	}
	if len(held) == 0 {
		return "nothing; this system can't take rights from a running program"
	}
	return strings.Join(held, ", ")
}

// but names the ports that may be connected to.
func (e Enforced) but() string {
	if len(e.Ports) == 0 {
		return ""
	}
	ports := make([]string, len(e.Ports))
	for i, port := range e.Ports {
		ports[i] = fmt.Sprint(port)
	}
	return " but to port " + strings.Join(ports, ", ")
}

// Strict returns an error that names what is missing for --strict.
func (e Enforced) Strict() error {
	var missing []string
	if e.Landlock < MinLandlock {
		missing = append(missing, fmt.Sprintf("Landlock %d or newer (this kernel: %d)", MinLandlock, e.Landlock))
	}
	if !e.NoGrowth {
		missing = append(missing, "RLIMIT_FSIZE")
	}
	if !e.NoCore {
		missing = append(missing, "RLIMIT_CORE")
	}
	if !e.NoDump {
		missing = append(missing, "PR_SET_DUMPABLE")
	}
	if len(missing) == 0 {
		return nil
	}
	return errors.New("this system does not have " + strings.Join(missing, ", "))
}
