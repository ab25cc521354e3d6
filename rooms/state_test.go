package rooms

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestStateIsPure holds that a state has no lock, no clock, no chance, and no way to
// anybody: by what its fields can be, and by what its methods call.
func TestStateIsPure(t *testing.T) {
	seen := make(map[reflect.Type]bool)
	var holds func(path string, typ reflect.Type)
	holds = func(path string, typ reflect.Type) {
		if seen[typ] {
			return
		}
		seen[typ] = true
		switch kind := typ.Kind(); {
		case typ.PkgPath() == "time" && (typ.Name() == "Time" || typ.Name() == "Duration"):
		case typ == reflect.TypeFor[Event](), typ == reflect.TypeFor[error](): // of the effects, which are values
		case kind == reflect.Func, kind == reflect.Chan, kind == reflect.Interface, kind == reflect.UnsafePointer,
			strings.HasPrefix(typ.PkgPath(), "sync"), typ.PkgPath() == "time",
			typ == reflect.TypeFor[room](), typ == reflect.TypeFor[place](), typ == reflect.TypeFor[Hub](), typ == reflect.TypeFor[Source]():
			t.Errorf("%s is a %s", path, typ)
		case kind == reflect.Struct:
			for i := range typ.NumField() {
				holds(path+"."+typ.Field(i).Name, typ.Field(i).Type)
			}
		case kind == reflect.Map:
			holds(path+"[]", typ.Key())
			holds(path+"[]", typ.Elem())
		case kind == reflect.Pointer, kind == reflect.Slice, kind == reflect.Array:
			holds(path, typ.Elem())
		}
	}
	holds("state", reflect.TypeFor[state]())

	impure := map[string]bool{
		"newID": true, "newToken": true, "newTicket": true, "newKey": true, "newKeySalt": true, "GenerateNick": true, "NewLimiter": true,
		"mutedFor": true, "time.Now": true, "time.Since": true, "time.Until": true, "time.AfterFunc": true, "time.NewTimer": true, "time.After": true,
		"time.Sleep": true, "rand.Read": true, "maphash.String": true,
	}
	methods := 0
	for name, decl := range functions(t) {
		recv := receiver(decl)
		if !seenByName(seen, recv) {
			continue
		}
		methods++
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt:
				t.Errorf("%s.%s waits or runs beside", recv, name)
			case *ast.CallExpr:
				if called := exprName(n.Fun); impure[called] {
					t.Errorf("%s.%s calls %s", recv, name, called)
				}
			}
			return true
		})
	}
	if methods < 60 {
		t.Errorf("only %d methods were looked at", methods)
	}
}

// functions are all of the package, by position and name.
func functions(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*ast.FuncDecl)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
				all[files.Position(decl.Pos()).String()+" "+decl.Name.Name] = decl
			}
		}
	}
	return all
}

func receiver(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return ""
	}
	typ := decl.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	return exprName(typ)
}

func exprName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return exprName(e.X) + "." + e.Sel.Name
	}
	return ""
}

func seenByName(seen map[reflect.Type]bool, name string) bool {
	for typ := range seen {
		if name != "" && typ.Name() == name && strings.HasSuffix(typ.PkgPath(), "/rooms") {
			return true
		}
	}
	return false
}
