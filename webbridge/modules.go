package webbridge

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
)

// modulesName is the file that names every module, for a page's own loader.
const modulesName = "modules.json"

// A module is what a page's loader must know of one before it asks for it.
type module struct {
	Integrity string   `json:"integrity"`
	Needs     []string `json:"needs,omitempty"` // what it imports itself
}

// imports are the files that a module names, in the order of their names.
func (a *assets) imports(name string) ([]string, error) {
	var names []string
	for _, found := range references(a.files[name].plain) {
		other := path.Join(path.Dir(name), found.path)
		if _, ok := a.files[other]; !ok {
			return nil, fmt.Errorf("%s imports %s, which is not there", name, other)
		}
		names = append(names, other)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// catalogue adds the file of all modules and stylesheets: what is asked for later is held to its
// content by the page that names this one, and no page has to list it.
func (a *assets) catalogue() error {
	modules := make(map[string]module)
	for name, file := range a.files {
		if ext := path.Ext(name); ext != ".js" && ext != ".css" {
			continue
		}
		needs, err := a.imports(name)
		if err != nil {
			return err
		}
		modules[name] = module{file.integrity(), needs}
	}
	content, err := json.Marshal(modules) // in the order of their names
	if err != nil {
		return err
	}
	a.put(modulesName, content)
	return nil
}

// named are a page's tags with files whose content it must say: browsers check it,
// and that of the catalogue is for the page's own loader to pass on.
var named = regexp.MustCompile(`<(?:(script type="module")|script|link rel="(?:stylesheet|modules)")[^>]*(?:src|href)="\{\{\.Assets\}\}/([^"]+)"`)

// guard writes into a page's template which content each file must have. Before a
// module it asks for all that this one leads to, so that a browser need not read
// one to learn of the next.
func (a *assets) guard(template string) (string, error) {
	var wrong error
	guarded := named.ReplaceAllStringFunc(template, func(tag string) string {
		found := named.FindStringSubmatch(tag)
		name := found[2]
		file, ok := a.files[name]
		if !ok {
			wrong = fmt.Errorf("a page names the file %s, which is not there", name)
			return tag
		}
		var before string
		if found[1] != "" {
			reached, err := a.inOrder(name)
			if err != nil {
				wrong = err
				return tag
			}
			for _, other := range reached[:len(reached)-1] {
				before += fmt.Sprintf("<link rel=\"modulepreload\" href=\"{{.Assets}}/%s\" integrity=%q>\n", other, a.files[other].integrity())
			}
		}
		return before + tag + fmt.Sprintf(" integrity=%q", file.integrity())
	})
	return guarded, wrong
}
