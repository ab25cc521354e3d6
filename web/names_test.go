package web_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"

	"sotto/web"
)

// globals are the names that a browser gives to every script and that a module here uses.
// What is not among them is misspelt, or wants an import.
var globals = strings.Fields(`
	Array ArrayBuffer Boolean DataView Date Error Float32Array Infinity NaN Intl JSON Map Math Number Object Promise
	Proxy RangeError Reflect RegExp Set String SyntaxError TypeError Uint16Array Uint32Array
	Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent globalThis parseFloat parseInt
	undefined

	Audio AudioContext Blob CSS CloseWatcher CustomEvent Event File HTMLMediaElement Highlight
	MediaStream MutationObserver Node NodeFilter Notification RTCPeerConnection
	RTCRtpScriptTransform ResizeObserver TextDecoder TextEncoder TransformStream URL WebSocket Worker
	addEventListener atob btoa clearInterval clearTimeout createImageBitmap crypto document fetch getComputedStyle getSelection
	history innerHeight innerWidth isSecureContext location matchMedia navigator performance
	onmessage onrtctransform postMessage queueMicrotask removeEventListener reportError requestAnimationFrame setInterval setTimeout
	visualViewport window
`)

// taken is a name that a module takes from another.
type taken struct{ from, name, as string }

// module is what one file takes from others, gives to them, and uses without having it.
type module struct {
	imports []taken
	exports []string
	free    []string // used, and declared nowhere in it
}

// TestNames: a browser finds out that a name means nothing once a line is run that uses it,
// which may be a rare one. So every name that a module uses is its own, imported or the
// browser's, every import is used, and is there to be imported.
func TestNames(t *testing.T) {
	modules := readModules(t)
	used := make(map[string]bool)
	for file, m := range modules {
		var has []string
		for _, i := range m.imports {
			has = append(has, i.as)
			if other := modules[i.from]; other == nil || i.name != "*" && !slices.Contains(other.exports, i.name) {
				t.Errorf("%s imports %s, which %s does not export", file, i.name, i.from)
			}
			if !slices.Contains(m.free, i.as) {
				t.Errorf("%s imports %s and does not use it", file, i.as)
			}
		}
		for _, name := range m.free {
			used[name] = true
			if !slices.Contains(has, name) && !slices.Contains(globals, name) {
				t.Errorf("%s uses %s, which it neither declares nor imports", file, name)
			}
		}
	}
	for _, name := range globals {
		if !used[name] {
			t.Errorf("no module uses %s any more: it does not belong among the globals", name)
		}
	}
}

func readModules(t *testing.T) map[string]*module {
	modules := make(map[string]*module)
	err := fs.WalkDir(web.FS, "static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(file) != ".js" {
			return err
		}
		source, err := fs.ReadFile(web.FS, file)
		if err != nil {
			return err
		}
		tree, err := js.Parse(parse.NewInputBytes(source), js.Options{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			return nil
		}
		modules[file] = read(file, tree)
		return nil
	})
	if err != nil || len(modules) == 0 {
		t.Fatalf("%d modules, %v", len(modules), err)
	}
	return modules
}

func read(file string, tree *js.AST) *module {
	m := &module{}
	for _, v := range tree.Undeclared {
		m.free = append(m.free, string(v.Data))
	}
	for _, statement := range tree.List {
		switch s := statement.(type) {
		case *js.ImportStmt:
			for _, a := range s.List {
				m.imports = append(m.imports, taken{beside(file, s.Module), named(a), string(a.Binding)})
			}
		case *js.ExportStmt:
			for _, a := range s.List {
				m.exports = append(m.exports, string(a.Binding))
				if s.Module == nil {
					m.free = append(m.free, named(a))
				}
			}
			m.exports = append(m.exports, declared(s.Decl)...)
		}
	}
	return m
}

// beside is the file that a module names in quotes, from where it stands.
func beside(file string, quoted []byte) string {
	return path.Join(path.Dir(file), strings.Trim(string(quoted), `'"`))
}

// named is what is before an alias's "as", or all of it.
func named(a js.Alias) string {
	if a.Name != nil {
		return string(a.Name)
	}
	return string(a.Binding)
}

// declared are the names that an exported declaration gives.
func declared(decl js.IExpr) (names []string) {
	switch d := decl.(type) {
	case *js.FuncDecl:
		return []string{string(d.Name.Data)}
	case *js.ClassDecl:
		return []string{string(d.Name.Data)}
	case *js.VarDecl:
		for _, e := range d.List {
			names = append(names, bound(e.Binding)...)
		}
	}
	return names
}

// bound are the names in a pattern.
func bound(pattern js.IBinding) (names []string) {
	switch b := pattern.(type) {
	case *js.Var:
		return []string{string(b.Data)}
	case *js.BindingObject:
		for _, item := range b.List {
			names = append(names, bound(item.Value.Binding)...)
		}
	case *js.BindingArray:
		for _, item := range b.List {
			names = append(names, bound(item.Binding)...)
		}
	}
	return names
}
