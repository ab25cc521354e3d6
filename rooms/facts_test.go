package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// Every event with a number, an id, or forms says so: what queues and connections
// know of an event, they know from its facts alone.
func TestFactsAreWhole(t *testing.T) {
	fields := make(map[string]string) // of a struct: the names that facts must use
	uses := make(map[string]string)   // of an event: the text of its facts
	set := token.NewFileSet()
	for _, file := range []string{"event.go", "facts.go"} {
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
					if id, ok := field.Type.(*ast.Ident); ok && id.Name == "Forms" && field.Names == nil {
						fields[n.Name.Name] += "Forms "
					}
					for _, name := range field.Names {
						if is := name.Name; is == "Seq" || is == "WSeq" || is == "ID" {
							fields[n.Name.Name] += is + " "
						}
					}
				}
			case *ast.FuncDecl:
				if n.Name.Name != "facts" {
					return true
				}
				event := n.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
				uses[event] = " "
				ast.Inspect(n, func(n ast.Node) bool {
					if s, ok := n.(*ast.SelectorExpr); ok {
						uses[event] += s.Sel.Name + " "
					}
					return true
				})
			}
			return true
		})
	}
	if len(uses) < 20 {
		t.Fatalf("only %d events were found", len(uses))
	}
	delete(uses, "Welcome") // begins the numbers, and has none
	for event, used := range uses {
		for name := range strings.FieldsSeq(fields[event]) {
			if !strings.Contains(used, " "+name+" ") {
				t.Errorf("the facts of %s leave out its %s", event, name)
			}
		}
	}
}
