package webbridge

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"sotto/rooms"
)

// Page is what a page template is executed with.
type Page struct {
	Prefix  string // of every path, without a slash at its end
	Assets  string // the folder of all assets, without a slash at its end
	Room    string // the room's name, on its page
	Sealed  bool   // the page of sealed rooms, whose names and keys stay in the browser
	Problem string // a sentence about what was asked for, on the front page
	Meant   string // the room that was perhaps meant by it
	URL     string // this server's address, without a slash at its end
	SSHHost string // of an ssh command; empty without an ssh door
	SSHPort string // empty when it is 22
	SSH     string // the command up to the room
	Version string
	Sum     string // of all assets, see AssetSum
}

type pages struct {
	templates *template.Template
	version   string
}

func loadPages(files fs.FS, assets *assets, version string) (*pages, error) {
	templates := template.New("")
	for _, name := range []string{"index.html", "room.html", "about.html"} {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("a page can't be read: %w", err)
		}
		guarded, err := assets.guard(string(text))
		if err != nil {
			return nil, err
		}
		if _, err := templates.New(name).Parse(guarded); err != nil {
			return nil, fmt.Errorf("a page can't be read: %w", err)
		}
	}
	return &pages{templates, version}, nil
}

// show answers with a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, status int, name string, page Page) {
	page.Prefix = s.names.prefix
	page.Assets = s.names.prefix + "/assets/" + s.assets.hash
	page.URL = cmp.Or(s.invite, s.names.base(r))
	page.SSHHost, page.SSHPort, page.SSH = s.names.ssh(r)
	page.Version = s.pages.version
	page.Sum = s.assets.sum
	var b bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&b, name, page); err != nil {
		// The error may quote the page's values.
		s.log.Error("A page template is wrong.", "page", name)
		http.Error(w, "This page is broken. The server's log says which it is.", http.StatusInternalServerError)
		return
	}
	asset{"text/html; charset=utf-8", b.Bytes(), newPacker().pack(b.Bytes())}.serve(w, r, status)
}

func (s *Server) front(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "index.html", Page{})
}

func (s *Server) about(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "about.html", Page{})
}

// sealed is one page for all sealed rooms: which one stands behind "#" in the
// address, and no browser sends that.
func (s *Server) sealed(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, http.StatusOK, "room.html", Page{Sealed: true})
}

// roomBelow sends whoever wrote a slash behind a room's name to the room.
func (s *Server) roomBelow(w http.ResponseWriter, r *http.Request) {
	if names, err := roomNames(r.PathValue("room")); err == nil {
		moved(w, "../"+strings.Join(names, "+"))
		return
	}
	s.room(w, r)
}

// roomNames are the rooms of one window: no name holds a "+".
func roomNames(path string) (names []string, err error) {
	parts := strings.Split(path, "+")
	for i, part := range parts {
		name, err := rooms.ParseRoomName(part)
		if err != nil && len(parts) > 1 {
			err = &rooms.Error{Code: rooms.BadRoom, Message: fmt.Sprintf("Name %d of these %d is none of a room. %s", i+1, len(parts), err)}
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(names, string(name)) {
			names = append(names, string(name))
		}
	}
	if len(names) > MaxRooms {
		return nil, &rooms.Error{Code: rooms.BadRoom, Message: fmt.Sprintf("One window holds %d rooms at most, and this names %d.", MaxRooms, len(names))}
	}
	return names, nil
}

// meantRooms are the rooms that were perhaps meant, as the front page's field takes them;
// none if that is clear of one alone of them not.
func meantRooms(path string) string {
	var meant []string
	if len(path) > maxMeant || rooms.SealedLink(path) {
		return ""
	}
	for part := range strings.SplitSeq(path, "+") {
		name := string(rooms.MeantRoomName(part))
		if name == "" && part != "" {
			return ""
		}
		if name != "" && !slices.Contains(meant, name) {
			meant = append(meant, name)
		}
	}
	return strings.Join(meant, ", ")
}

// maxMeant is how long an address may be in which names are looked for, in bytes: what the
// front page's field takes.
const maxMeant = 512

func (s *Server) room(w http.ResponseWriter, r *http.Request) {
	names, err := roomNames(r.PathValue("room"))
	if err != nil {
		if rooms.SealedLink(r.PathValue("room")) {
			err = rooms.SealedLinkError(true)
		}
		s.show(w, r, http.StatusNotFound, "index.html", Page{Problem: err.Error(), Meant: meantRooms(r.PathValue("room"))})
		return
	}
	s.show(w, r, http.StatusOK, "room.html", Page{Room: names[0]}) // the page reads the others from its address
}
