package webbridge

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// moduleFiles are a room page's, with a ring of two and what is fetched later.
func moduleFiles() fstest.MapFS {
	return fstest.MapFS{
		"static/main.js":       {Data: []byte("import { a } from \"./net/a.js\";\nimport * as b from \"./text/b.js\";\nimport \"x\";\n")},
		"static/net/a.js":      {Data: []byte("import { b } from \"../text/b.js\";\nimport {\n  c,\n  d,\n} from \"./c.js\";\nexport const a = b;\n")},
		"static/net/c.js":      {Data: []byte("import { a } from \"./a.js\";\nexport const c = () => a;\nexport const d = 1;\n")},
		"static/text/b.js":     {Data: []byte("export const b = 2;\n")},
		"static/view/later.js": {Data: []byte("import { b as two } from \"../text/b.js\";\nimport { e } from \"./e.js\";\nexport const style = \"../style/a.css\";\n")},
		"static/view/e.js":     {Data: []byte("export const e = 3;\n")},
		"static/style/a.css":   {Data: []byte("a {}\n")},
	}
}

// TestModules: a page asks at once for all that its module leads to, in one bundle, and
// names one file that names every other. What comes later has the bundle's own modules.
func TestModules(t *testing.T) {
	a, err := loadAssets(moduleFiles())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"bundles/main.js": "export const c = () => a;\nexport const d = 1;\nexport const b = 2;\nexport const a = b;\n",
		"main.js":         "import { a } from \"./bundles/main.js\";\nimport * as b from \"./bundles/main.js\";\nimport \"x\";\n",
		"view/later.js":   "import { b as two } from \"../bundles/main.js\";\nimport { e } from \"./e.js\";\nexport const style = \"../style/a.css\";\n",
	} {
		if have := string(a.files[name].plain); have != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, have, want)
		}
	}
	page, err := a.guard("<script type=\"module\" src=\"{{.Assets}}/main.js\"></script>\n<link rel=\"modules\" href=\"{{.Assets}}/modules.json\">")
	if err != nil {
		t.Fatal(err)
	}
	sum := func(name string) string { return a.files[name].integrity() }
	want := `<link rel="modulepreload" href="{{.Assets}}/bundles/main.js" integrity="` + sum("bundles/main.js") + "\">\n" +
		`<script type="module" src="{{.Assets}}/main.js" integrity="` + sum("main.js") + "\"></script>\n" +
		`<link rel="modules" href="{{.Assets}}/modules.json" integrity="` + sum("modules.json") + `">`
	if page != want {
		t.Errorf("the page is\n%s\nwant\n%s", page, want)
	}
	var modules map[string]module
	if err := json.Unmarshal(a.files["modules.json"].plain, &modules); err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(modules))
	if !slices.Equal(names, []string{"bundles/main.js", "main.js", "style/a.css", "view/e.js", "view/later.js"}) ||
		modules["view/e.js"].Integrity != sum("view/e.js") || modules["style/a.css"].Integrity != sum("style/a.css") ||
		!slices.Equal(modules["view/later.js"].Needs, []string{"bundles/main.js", "style/a.css", "view/e.js"}) {
		t.Errorf("the catalogue is %v", modules)
	}
}

// TestUnjoinableModules: what can't be in a bundle, or isn't there, is no server's.
func TestUnjoinableModules(t *testing.T) {
	for change, f := range map[string]func(fstest.MapFS){
		"text/b.js, which is not there": func(f fstest.MapFS) { delete(f, "static/text/b.js") },
		"style/a.css, which net/c.js brings": func(f fstest.MapFS) {
			f["static/net/c.js"] = &fstest.MapFile{Data: []byte("export const style = \"../style/a.css\";\n")}
		},
		`net/c.js is needed at once and can't be joined to others: import { a as first }`: func(f fstest.MapFS) {
			f["static/net/c.js"] = &fstest.MapFile{Data: []byte("import { a as first } from \"./a.js\";\n")}
		},
		"text/b.js is needed at once and can't be joined to others: export default 2": func(f fstest.MapFS) {
			f["static/text/b.js"] = &fstest.MapFile{Data: []byte("export default 2;\n")}
		},
		".css has the part style/base.css, which is not there": func(f fstest.MapFS) {
			for _, name := range []string{"colours", "front", "messages", "room"} {
				f["static/style/"+name+".css"] = &fstest.MapFile{Data: []byte("a {}\n")}
			}
		},
	} {
		files := moduleFiles()
		f(files)
		if _, err := loadAssets(files); err == nil || !strings.Contains(err.Error(), change) {
			t.Errorf("%s: the error is %v", change, err)
		}
	}
}
