package webbridge

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A bundle is a file that stands for several which a page needs at once, one after the
// other as they are. Asked for by itself each would have a head of three hundred bytes and
// a hash in the page, and what is compressed together takes less.
const bundleFolder = "bundles/" // as deep as the folders of its parts, whose paths stay right

// roomModule is the page's own module whose bundle serves what is fetched later, too: a
// module that were in the bundle and came by itself would be there twice.
const roomModule = "main.js"

var (
	// pageModules are those that pages name. Each stays a file of its own, with a bundle
	// of all that it leads to: it may wait for a module that needs the bundle.
	pageModules = []string{"about.js", "front.js", roomModule}
	// bundledStyles are a page's stylesheets in their order.
	bundledStyles = map[string][]string{
		"front.css": {"style/colours.css", "style/base.css", "style/front.css"},
		"room.css":  {"style/colours.css", "style/base.css", "style/room.css", "style/messages.css"},
	}
)

// bundle makes the bundles and lets the other files name them. Their parts are no files by
// themselves any more, but for modules of other pages' bundles that the room's has not.
func (a *assets) bundle() error {
	if err := a.bundleStyles(); err != nil {
		return err
	}
	bundled := make(map[string][]string) // by the module that leads to them
	for _, name := range pageModules {
		parts, err := a.inOrder(name)
		if err != nil {
			return err
		}
		if parts = parts[:len(parts)-1]; len(parts) == 0 {
			continue
		}
		joined, err := a.join(parts)
		if err != nil {
			return err
		}
		a.put(bundleFolder+name, joined)
		bundled[name] = parts
	}
	for name := range a.files {
		if path.Ext(name) != ".js" || path.Dir(name)+"/" == bundleFolder {
			continue
		}
		first := roomModule
		if slices.Contains(pageModules, name) {
			first = name
		}
		a.redirect(name, bundled[first], bundleFolder+first)
	}
	for _, name := range bundled[roomModule] {
		delete(a.files, name)
	}
	return nil
}

func (a *assets) bundleStyles() error {
	var bundled []string
	for name, parts := range bundledStyles {
		var all []byte
		var missing string
		for _, part := range parts {
			if file, ok := a.files[part]; ok {
				all = append(all, file.plain...)
			} else {
				missing = part
			}
		}
		if len(all) == 0 {
			continue // files of a test; a page that names the bundle says that it is missing
		}
		if missing != "" {
			return fmt.Errorf("the bundle %s has the part %s, which is not there", name, missing)
		}
		a.put(bundleFolder+name, all)
		bundled = append(bundled, parts...)
	}
	for _, name := range bundled {
		delete(a.files, name)
	}
	return nil
}

// inOrder are all the modules that one leads to, each behind those that it imports, and
// itself at the end.
func (a *assets) inOrder(name string) ([]string, error) {
	var ordered []string
	met := make(map[string]bool)
	var visit func(string) error
	visit = func(name string) error {
		if met[name] {
			return nil
		}
		met[name] = true
		others, err := a.imports(name)
		if err != nil {
			return err
		}
		for _, other := range others {
			if path.Ext(other) == ".css" {
				return fmt.Errorf("a page would get %s, which %s brings, as a module: the page has to name it", other, name)
			}
			if err := visit(other); err != nil {
				return err
			}
		}
		ordered = append(ordered, name)
		return nil
	}
	err := visit(name)
	return ordered, err
}

// join is one module of several: without their imports, because what they name is in it.
func (a *assets) join(names []string) ([]byte, error) {
	var all bytes.Buffer
	for _, name := range names {
		for rest := a.files[name].plain; len(rest) > 0; {
			if n := importLength(rest); n > 0 {
				rest = rest[n:]
				continue
			}
			line := rest[:cmp.Or(bytes.IndexByte(rest, '\n')+1, len(rest))]
			if unjoinable(line) {
				return nil, fmt.Errorf("%s is needed at once and can't be joined to others: %s", name, bytes.TrimSuffix(line, []byte("\n")))
			}
			all.Write(line)
			rest = rest[len(line):]
		}
	}
	return all.Bytes(), nil
}

// unjoinable is whether a line has one of the forms that mean something else without the
// module around them.
func unjoinable(line []byte) bool {
	if rest, ok := bytes.CutPrefix(line, []byte("import")); ok {
		return len(rest) == 0 || !isWord(rest[0])
	}
	rest, ok := bytes.CutPrefix(line, []byte("export "))
	return ok && (bytes.HasPrefix(rest, []byte("{")) || bytes.HasPrefix(rest, []byte("*")) || bytes.HasPrefix(rest, []byte("default")))
}

// redirect lets a module import from a bundle what it would from the bundle's parts.
func (a *assets) redirect(name string, parts []string, bundle string) {
	up := strings.Repeat("../", strings.Count(name, "/"))
	if up == "" {
		up = "./"
	}
	var all []byte
	source, at := a.files[name].plain, 0
	for _, found := range references(source) {
		if found.style || !slices.Contains(parts, path.Join(path.Dir(name), found.path)) {
			continue
		}
		all = append(all, source[at:found.start]...)
		all = append(all, `from "`+up+bundle+`"`...)
		at = found.end
	}
	a.put(name, append(all, source[at:]...))
}
