package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Every event with a number, an id, or forms says so, and every op with an id or words
// that it has them, and how much they are: what queues, paces and connections know of
// one, they know from its facts alone.
func TestFactsAreWhole(t *testing.T) {
	must := map[string]map[string]string{ // what facts must use, by the fields of what they are of
		"facts":   {"Seq": "Seq", "WSeq": "WSeq", "ID": "ID", "Forms": "Forms"},
		"opFacts": {"ID": "ID", "id": "id", "Text": "Text said words", "File": "File said words", "Nick": "words", "Wraps": "said"},
	}
	excused := map[string]string{
		"Welcome": "begins the numbers, and has none",
		"Pass":    "its id comes back on a refusal alone",
	}
	fields := make(map[string][]string)                              // of a struct
	uses := map[string]map[string]string{"facts": {}, "opFacts": {}} // by what facts are of: the names in them
	set := token.NewFileSet()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				s, ok := n.Type.(*ast.StructType)
				if !ok {
					return true
				}
				for _, field := range s.Fields.List {
					if id, ok := field.Type.(*ast.Ident); ok && field.Names == nil {
						fields[n.Name.Name] = append(fields[n.Name.Name], id.Name)
					}
					for _, name := range field.Names {
						fields[n.Name.Name] = append(fields[n.Name.Name], name.Name)
					}
				}
			case *ast.FuncDecl:
				if n.Recv == nil || uses[n.Name.Name] == nil {
					return true
				}
				of := n.Recv.List[0].Type
				if event, ok := of.(*ast.StarExpr); ok {
					of = event.X
				}
				used := " "
				ast.Inspect(n, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.SelectorExpr:
						used += n.Sel.Name + " "
					case *ast.KeyValueExpr:
						used += n.Key.(*ast.Ident).Name + " "
					}
					return true
				})
				uses[n.Name.Name][of.(*ast.Ident).Name] = used
			}
			return true
		})
	}
	if events, ops := len(uses["facts"]), len(uses["opFacts"]); events < 25 || ops < 25 {
		t.Fatalf("only %d events and %d ops were found", events, ops)
	}
	for kind, all := range uses {
		for name, used := range all {
			for _, field := range fields[name] {
				for fact := range strings.FieldsSeq(must[kind][field]) {
					if excused[name] == "" && !strings.Contains(used, " "+fact+" ") {
						t.Errorf("the %s of %s, which has a %s, leave out %s", kind, name, field, fact)
					}
				}
			}
		}
	}
}
