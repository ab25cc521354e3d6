package webbridge

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestModules: a page asks at once for all that its module leads to, and names one
// file that names every other.
func TestModules(t *testing.T) {
	files := fstest.MapFS{
		"static/main.js":     {Data: []byte("import { a } from \"./net/a.js\";\nimport \"x\";\n")},
		"static/net/a.js":    {Data: []byte("import { b } from \"../text/b.js\";\nimport {\n  c,\n} from \"./c.js\";\n")},
		"static/net/c.js":    {Data: []byte("import { a } from \"./a.js\";\n")}, // a ring
		"static/text/b.js":   {},
		"static/later.js":    {Data: []byte("import { b } from \"./text/b.js\";\nexport const style = \"./style/a.css\";\n")},
		"static/style/a.css": {Data: []byte("a {}\n")},
	}
	a, err := loadAssets(files)
	if err != nil {
		t.Fatal(err)
	}
	page, err := a.guard("<script type=\"module\" src=\"{{.Assets}}/main.js\"></script>\n<link rel=\"modules\" href=\"{{.Assets}}/modules.json\">")
	if err != nil {
		t.Fatal(err)
	}
	sum := func(name string) string { return a.files[name].integrity() }
	want := ""
	for _, name := range []string{"net/a.js", "net/c.js", "text/b.js"} {
		want += `<link rel="modulepreload" href="{{.Assets}}/` + name + `" integrity="` + sum(name) + "\">\n"
	}
	want += `<script type="module" src="{{.Assets}}/main.js" integrity="` + sum("main.js") + "\"></script>\n" +
		`<link rel="modules" href="{{.Assets}}/modules.json" integrity="` + sum("modules.json") + `">`
	if page != want {
		t.Errorf("the page is\n%s\nwant\n%s", page, want)
	}
	var modules map[string]module
	if err := json.Unmarshal(a.files["modules.json"].plain, &modules); err != nil {
		t.Fatal(err)
	}
	if len(modules) != 6 || modules["later.js"].Integrity != sum("later.js") || modules["style/a.css"].Integrity != sum("style/a.css") ||
		!slices.Equal(modules["later.js"].Needs, []string{"style/a.css", "text/b.js"}) {
		t.Errorf("the catalogue is %v", modules)
	}
	if _, err := a.guard(`<script type="module" src="{{.Assets}}/later.js"></script>`); err == nil || !strings.Contains(err.Error(), "style/a.css") {
		t.Errorf("a page whose own module brings a stylesheet: %v", err)
	}
	delete(files, "static/text/b.js")
	if _, err := loadAssets(files); err == nil || !strings.Contains(err.Error(), "text/b.js") {
		t.Errorf("a module that imports what is not there: %v", err)
	}
}
