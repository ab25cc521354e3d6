// Package behaviour holds the scripts that Go code and its browser twin are both
// held to: what comes, what goes, and what must be shown. One file is one
// behaviour; the twins' tests read the same bytes, so that whoever changes one
// side alone fails on the other.
//
// Only tests import it. It knows neither twin: a file says in its own words what
// its steps mean, and each side's test plays them.
package behaviour

import (
	"embed"
	"encoding/json"
	"testing"
)

//go:embed *.json
var scripts embed.FS

// Read decodes the script called name, without its ".json", into a value of the
// caller's type. A field that the type lacks fails the test: a step that is not
// played proves nothing.
func Read(t testing.TB, name string, into any) {
	t.Helper()
	file, err := scripts.Open(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s.json: %v", name, err)
	}
}
