package native

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/tui/run"
)

// Address is where somebody wants to go: a server, and perhaps a room there.
type Address struct {
	// Server is the server's address: http or https with a path prefix, or ssh.
	// It has no slash at its end.
	Server *url.URL
	Room   string       // an open room's name; empty for none
	Invite string       // the token of an invitation to it; empty for none
	Watch  bool         // the address is that of the page which watches it
	Secret *seal.Secret // of a sealed room; nil for none
}

// The sentences about an address. None quotes it, since it may hold a secret.
var (
	errAddress = errors.New("that is not an address: write https://HOST/r/ROOM, https://HOST/s/#KEY, ssh://HOST/ROOM or ssh://HOST/s/#KEY")
	errScheme  = errors.New("an address begins with https://, http:// or ssh://")
	errFolded  = errors.New("that link's key has lost which of its letters are capitals; ask for it once more, as it was written")
)

// watchQuery stands in the link of who watches an open room.
const watchQuery = "watch"

// inviteToken is the token of an invitation, which a link has behind "#" where a sealed
// room's has its key.
var inviteToken = regexp.MustCompile(`^[\w-]{22}$`)

// errShort says how much of a link is missing.
func errShort(missing int) error {
	switch missing {
	case keyLetters:
		return fmt.Errorf("that link has lost its key, the %d characters after the #; ask for it once more", keyLetters)
	case 1:
		return fmt.Errorf("that link has lost its end: of the %d characters after the #, one is missing; ask for it once more", keyLetters)
	}
	return fmt.Errorf("that link has lost its end: of the %d characters after the #, %d are missing; ask for it once more", keyLetters, missing)
}

// ParseAddress reads an address, a link into a sealed room also as it is pasted from
// among other words. The error is a sentence for the person.
func ParseAddress(text string) (Address, error) {
	switch link, missing := tidyLink(text); {
	case link != "":
		text = link
	case missing > 0:
		return Address{}, errShort(missing)
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" && u.RawQuery != watchQuery {
		return Address{}, errAddress
	}
	fragment, token := u.Fragment, ""
	if inviteToken.MatchString(fragment) {
		fragment, token = "", fragment
	}
	a := Address{Server: &url.URL{Scheme: u.Scheme, Host: u.Host}}
	path := strings.TrimRight(u.Path, "/")
	switch u.Scheme {
	case "http", "https":
		switch {
		case fragment != "" && (path == "/s" || strings.HasSuffix(path, "/s")):
			a.Server.Path = strings.TrimSuffix(path, "/s")
		default:
			a.Server.Path = path
			if i := strings.LastIndex(path, "/r/"); i >= 0 {
				a.Server.Path, a.Room = path[:i], path[i+len("/r/"):]
			}
		}
	case "ssh":
		if fragment == "" {
			a.Room = strings.TrimPrefix(strings.TrimPrefix(path, "/"), "r/")
		} else if path != "/s" {
			return Address{}, errAddress
		}
	default:
		return Address{}, errScheme
	}
	if a.Room != "" {
		if _, err := rooms.ParseRoomName(a.Room); err != nil {
			return Address{}, err
		}
	}
	if token != "" && a.Room == "" {
		return Address{}, errAddress
	}
	if a.Watch = u.RawQuery == watchQuery; a.Watch && a.Room == "" {
		return Address{}, errAddress
	}
	a.Invite = token
	if fragment != "" {
		if a.Room != "" {
			return Address{}, errAddress
		}
		if isFolded(fragment) {
			return Address{}, errFolded
		}
		secret, err := seal.ParseSecret(fragment)
		if err != nil {
			return Address{}, err
		}
		a.Secret = &secret
	}
	return a, nil
}

// The sentences about several addresses.
var (
	errTooMany    = fmt.Errorf("there are too many rooms: %d fit one window", run.MaxSeats)
	errServers    = errors.New("the rooms of one window are all on one server: join the others from another terminal")
	errEachRoom   = errors.New("of several addresses each names a room: https://HOST/r/ROOM, https://HOST/s/#KEY")
	errMixedWatch = errors.New("whoever watches does so in all rooms of a window: join the others from another terminal")
)

// ParseAddresses reads the addresses of rooms that are to be in one window, of which one
// that is there twice is meant once. The error is a sentence for the person.
func ParseAddresses(texts []string) (first Address, more []Address, err error) {
	var all []Address
	for _, text := range texts {
		a, err := ParseAddress(text)
		switch {
		case err != nil:
			return Address{}, nil, err
		case slices.ContainsFunc(all, a.same):
			continue
		case len(all) == run.MaxSeats:
			return Address{}, nil, errTooMany
		}
		all = append(all, a)
	}
	if len(all) == 0 {
		return Address{}, nil, errAddress
	}
	for _, a := range all[1:] {
		switch {
		case *a.Server != *all[0].Server:
			return Address{}, nil, errServers
		case a.room() == "" || all[0].room() == "":
			return Address{}, nil, errEachRoom
		case a.Watch != all[0].Watch:
			return Address{}, nil, errMixedWatch
		}
	}
	return all[0], all[1:], nil
}

// same reports whether an address is that of the same room.
func (a Address) same(b Address) bool {
	a.Invite, b.Invite = "", ""
	a.Room, b.Room = strings.ToLower(a.Room), strings.ToLower(b.Room)
	return a.Link() == b.Link()
}

// NewSealed is the address of a sealed room that nobody knows yet.
func (a Address) NewSealed() Address {
	secret := seal.NewSecret()
	return Address{Server: a.Server, Secret: &secret}
}

// Link is the address as text. Of a sealed room it is the key to it.
func (a Address) Link() string {
	base, invite := a.Server.String(), ""
	if a.Invite != "" {
		invite = "#" + a.Invite
	}
	switch {
	case a.Secret != nil:
		return base + "/s/#" + a.Secret.String()
	case a.Room == "":
		return base
	case a.Server.Scheme == "ssh":
		return base + "/" + a.Room + invite
	}
	return base + "/r/" + a.Room + invite
}

// sshCommand is how a plain ssh gets into an open room of a server that is
// reached by ssh.
func (a Address) sshCommand() string {
	invite := ""
	if a.Invite != "" {
		invite = " --invite " + a.Invite
	}
	host, port, err := net.SplitHostPort(a.Server.Host)
	if err != nil {
		return "ssh -t " + strings.Trim(a.Server.Host, "[]") + " " + a.Room + invite
	}
	return "ssh -t -p " + port + " " + host + " " + a.Room + invite
}
