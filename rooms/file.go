package rooms

import (
	"fmt"
	"path"
	"strings"
	"time"
)

// File is what an offer says of a file. Whoever has it can open what is passed
// of the file, so in a sealed room the server never sees one.
type File struct {
	Name string // proposed; see CleanFileName
	Size uint64 // bytes, from 1 to MaxFileBytes
	Key  string // raw, FileKeyBytes long: opens its chunks
	Sum  string // raw, FileSumBytes long: the SHA-256 of the whole
}

// CleanFile returns the file with its name cleaned, or an *[Error] if what it
// says of itself can't be.
func CleanFile(f File) (File, error) {
	f.Name = Apart(CleanFileName(f.Name))
	switch {
	case f.Size > MaxFileBytes:
		return File{}, &Error{Code: TooLong, Message: fmt.Sprintf("A file has at most %d MiB.", MaxFileBytes>>20)}
	case len(f.Key) != FileKeyBytes || len(f.Sum) != FileSumBytes:
		return File{}, &Error{Code: BadFrame, Message: "The key and the sum of a file are 32 bytes each."}
	}
	return f, nil
}

// namelessFile is what a file is called whose name has nothing that can be kept.
const namelessFile = "file"

// deviceNames are those that Windows takes for devices, whatever their ending.
var deviceNames = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// CleanFileName returns a name under which a file can be saved, whatever its
// sender proposed: one line, no folder, not hidden, nothing that a shell, a file
// system or a terminal takes for something else, at most [MaxFileNameBytes]
// long. Of a run of blanks the first stays, or the ending would stand out of sight. The
// ending is kept. CleanFileName(CleanFileName(s)) == CleanFileName(s).
func CleanFileName(name string) string {
	// Once is not enough: "con", a hundred and twenty blanks and ".txt" are cut to con.txt,
	// which is a device.
	for {
		next := cleanFileName(name)
		if next == name {
			return name
		}
		name = next
	}
}

func cleanFileName(name string) string {
	name = oneBlank(CleanTopic(name))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	if name = trimName(name); isDevice(name) {
		name = "_" + name
	}
	if len(name) > MaxFileNameBytes {
		ending := path.Ext(name)
		if len(ending) > MaxFileNameBytes/4 {
			ending = ""
		}
		name = trimName(Shorten(name, MaxFileNameBytes-len(ending))) + ending
	}
	if name == "" {
		return namelessFile
	}
	return name
}

// oneBlank leaves of each run of blanks the first.
func oneBlank(name string) string {
	blank := false
	return strings.Map(func(r rune) rune {
		was := blank
		if blank = Blank(r); was && blank {
			return -1
		}
		return r
	}, name)
}

// isDevice reports whether Windows takes a name for a device.
func isDevice(name string) bool {
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	if port, ok := strings.CutPrefix(base, "com"); ok {
		base = "lpt" + port
	}
	port, numbered := strings.CutPrefix(base, "lpt")
	return deviceNames[base] || numbered && len(port) == 1 && port[0] >= '0' && port[0] <= '9'
}

// trimName takes off what hides a file, looks like an option, or what Windows
// drops.
func trimName(name string) string {
	return strings.TrimRightFunc(strings.TrimLeft(name, ".- "), func(r rune) bool { return r == '.' || Blank(r) })
}

// FileLabel is a file as it is told of: "plan.pdf (1.2 MiB)".
func FileLabel(name string, size uint64) string {
	switch {
	case size >= 1<<20:
		return fmt.Sprintf("%s (%.1f MiB)", name, float64(size)/(1<<20))
	case size >= 1<<10:
		return fmt.Sprintf("%s (%.0f KiB)", name, float64(size)/(1<<10))
	}
	if size == 1 {
		return name + " (1 byte)"
	}
	return fmt.Sprintf("%s (%d bytes)", name, size)
}

// takesFiles reports whether the program can give and take files: those that the
// server draws for, and pipes, have nowhere to put one.
func (v Via) takesFiles() bool { return v == ViaWeb || v == ViaNative }

var errNoFiles = &Error{Code: NotAllowed, Message: "Files go from a browser or from sotto's own client."}

// admitOffer checks an offer. It counts as something said.
func (p *place) admitOffer(op Offer) (Op, *Refused) {
	if !p.via.takesFiles() {
		return nil, &Refused{ID: op.ID, Err: errNoFiles}
	}
	file, err := CleanFile(op.File)
	if err != nil {
		return nil, &Refused{ID: op.ID, Err: asError(err)}
	}
	op.File = file
	return op, p.spendSay(op.ID, op)
}

func (s *state) offer(m *member, at time.Time, op Offer) {
	if !s.maySay(m, op.ID, op.File.Name, at) {
		return
	}
	seq := s.next()
	s.memory.add(remembered{seq: seq, by: m.ID, at: at, file: true})
	s.tellDone(m, op.ID, func(id string) Event {
		return &Offered{Seq: seq, At: at, From: m.Person(), File: op.File, ID: id}
	})
}
