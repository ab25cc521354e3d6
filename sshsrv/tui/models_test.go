package tui

import (
	"go/ast"
	"strings"
	"testing"
)

// unknownTo are the types that a model must not know, in what it holds and does.
var unknownTo = map[string]string{
	"reading":   "Screen scene stay status layout composing cards",
	"search":    "Screen scene stay status layout composing cards reading",
	"composing": "Screen scene layout reading cards",
	"cards":     "Screen scene status layout composing reading",
	"frontPage": "Screen scene stay status layout composing reading cards",
	"layout":    "Screen",
	"status":    "Screen scene stay layout composing reading cards",
	"stay":      "Screen scene status layout composing reading cards",
	"look":      "Screen scene stay status layout composing reading cards",
}

// TestModelsPointOneWay: the screen knows its models, the layout those that it shows,
// and none of them the screen.
func TestModelsPointOneWay(t *testing.T) {
	met := map[string]bool{}
	for _, file := range sources(t, ".") {
		for _, declared := range file.Decls {
			model := ""
			switch d := declared.(type) {
			case *ast.FuncDecl:
				model, _, _ = strings.Cut(nameOf(d), ".")
			case *ast.GenDecl:
				if of, ok := d.Specs[0].(*ast.TypeSpec); ok {
					model = of.Name.Name
				}
			}
			met[model] = true
			ast.Inspect(declared, func(n ast.Node) bool {
				if name, ok := n.(*ast.Ident); ok {
					for _, unknown := range strings.Fields(unknownTo[model]) {
						if name.Name == unknown {
							t.Errorf("%s knows %s", model, unknown)
						}
					}
				}
				return true
			})
		}
	}
	for model := range unknownTo {
		if !met[model] {
			t.Errorf("there is no %s", model)
		}
	}
}
