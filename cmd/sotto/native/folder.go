package native

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sotto/rooms"
	"sotto/rooms/files"
)

// folder is where files come from and go to: any that can be read may be
// offered, and what is taken is saved in one folder that its person named.
type folder struct {
	root *os.Root // nil: none was named, so nothing is taken
}

// openFolder opens the folder for what is taken; an empty name is none.
func openFolder(name string) (*folder, error) {
	if name == "" {
		return &folder{}, nil
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("files can't be saved there: %w", rooms.Cause(err))
	}
	return &folder{root}, nil
}

func (f *folder) close() {
	if f.root != nil {
		_ = f.root.Close() // it was only looked at
	}
}

// Open opens a file to be offered: the one of that very path, or else the one that
// the path means where it stands as a terminal inserts it ([dropped]).
func (f *folder) Open(path string) (files.Content, string, uint64, error) {
	content, name, size, err := open(atHome(path))
	if errors.Is(err, fs.ErrNotExist) {
		if meant, ok := dropped(path); ok {
			path = meant
			content, name, size, err = open(atHome(path))
		}
	}
	if err != nil {
		return nil, "", 0, fmt.Errorf("%w: %s", rooms.Cause(err), rooms.Clean(atHome(path)))
	}
	return content, name, size, nil
}

func open(path string) (files.Content, string, uint64, error) {
	info, err := os.Stat(path) // before it is opened: opening a pipe waits
	switch {
	case err != nil:
		return nil, "", 0, err
	case info.IsDir():
		return nil, "", 0, errors.New("it is a folder")
	case !info.Mode().IsRegular():
		return nil, "", 0, errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, "", 0, err
	}
	return file, info.Name(), uint64(info.Size()), nil
}

var errNoFolder = &rooms.Error{Code: rooms.NotAllowed, Message: "There is no folder to save files in. Come in with sotto join --downloads FOLDER."}

// Create begins a file, hidden and with a name of its own until it is whole.
func (f *folder) Create(name string) (files.Sink, error) {
	if f.root == nil {
		return nil, errNoFolder
	}
	hidden := ".sotto-" + rand.Text() + ".part"
	file, err := f.root.OpenFile(hidden, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, rooms.Cause(err)
	}
	return &part{folder: f, file: file, hidden: hidden, name: name}, nil
}

// part is a file that is being taken.
type part struct {
	folder *folder
	file   *os.File
	hidden string
	name   string // under which it will be kept, if that is free
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.file.Write(b)
	return n, rooms.Cause(err)
}

// maxCopies is how many files of one name are kept beside each other.
const maxCopies = 1000

// Keep gives the file its name, or the name with a number if that is taken:
// nothing is ever overwritten.
func (p *part) Keep() (string, error) {
	if err := p.file.Close(); err != nil {
		p.remove()
		return "", rooms.Cause(err)
	}
	for n := 1; n <= maxCopies; n++ {
		name := numbered(p.name, n)
		// The name is reserved, and then what reserved it replaced: no file system
		// renames without a chance to overwrite.
		reserved, err := p.folder.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			_ = reserved.Close() // nothing was written
			err = p.folder.root.Rename(p.hidden, name)
		}
		if err != nil {
			p.remove()
			return "", rooms.Cause(err)
		}
		return filepath.Join(p.folder.root.Name(), name), nil
	}
	p.remove()
	return "", errors.New("there are too many files of that name")
}

// numbered is the nth name to try: "plan.pdf", "plan (2).pdf".
func numbered(name string, n int) string {
	if n == 1 {
		return name
	}
	ending := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ending), n, ending)
}

// Drop removes what was written.
func (p *part) Drop() {
	_ = p.file.Close() // what is in it does not matter any more
	p.remove()
}

func (p *part) remove() {
	_ = p.folder.root.Remove(p.hidden) // an error says that it is gone
}
