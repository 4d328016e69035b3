package catalog

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
)

//go:embed all:defs
var defs embed.FS

// BuiltinOrigin is where the KPIs of Builtin are kept in the source tree; it
// begins the file names in errors about them.
const BuiltinOrigin = "kpi/catalog/defs"

// Builtin is the folder of the KPIs that come with kpid.
func Builtin() fs.FS {
	sub, err := fs.Sub(defs, "defs")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// Root is one folder of KPI folders. Origin begins the file names in errors.
type Root struct {
	FS     fs.FS
	Origin string
}

// Load reads every KPI folder below fsys, by id. The error is an Errors with
// all mistakes; the definitions are then not to be used.
func Load(fsys fs.FS, origin string) ([]*kpi.Definition, error) {
	return LoadAll(Root{fsys, origin})
}

// LoadAll reads several roots as one catalog, so that a user's KPI may name a
// built-in one as guardrail and may not take its id.
func LoadAll(roots ...Root) ([]*kpi.Definition, error) {
	l := &loader{}
	for _, r := range roots {
		l.root(r)
	}
	l.cross()
	slices.SortFunc(l.found, func(a, b *folder) int { return cmp.Compare(a.def.ID, b.def.ID) })
	out := make([]*kpi.Definition, len(l.found))
	for i, f := range l.found {
		out[i] = f.def
	}
	return out, l.errs.sorted()
}

// loader gathers folders and what is wrong with them.
type loader struct {
	found []*folder
	errs  Errors
}

func (l *loader) root(r Root) {
	areas, err := fs.ReadDir(r.FS, ".")
	if err != nil {
		l.errs = append(l.errs, &Error{File: r.Origin, Line: 1, Column: 1, Msg: "the folder cannot be read: " + err.Error()})
		return
	}
	for _, area := range areas {
		if !area.IsDir() {
			continue
		}
		kpis, err := fs.ReadDir(r.FS, area.Name())
		if err != nil {
			l.errs = append(l.errs, &Error{File: path.Join(r.Origin, area.Name()), Line: 1, Column: 1, Msg: "the folder cannot be read: " + err.Error()})
			continue
		}
		for _, k := range kpis {
			if k.IsDir() {
				l.folder(r, area.Name(), k.Name())
			}
		}
	}
}

func (l *loader) folder(r Root, area, name string) {
	dir := path.Join(area, name)
	f := &folder{fsys: r.FS, dir: dir, origin: path.Join(r.Origin, dir), area: area, name: name}
	f.def = &kpi.Definition{ID: name, Area: area}
	f.read()
	for _, m := range f.report.Mistakes {
		l.errs = append(l.errs, &Error{File: m.File, Line: m.Line, Column: m.Column, KPI: f.def.ID, Msg: m.Text()})
	}
	l.found = append(l.found, f)
}

// cross checks what only the whole catalog can tell.
func (l *loader) cross() {
	first := map[string]*folder{}
	var ids []string
	for _, f := range l.found {
		if other, ok := first[f.def.ID]; ok {
			l.add(f, "id", "the id %q is already taken by %s", f.def.ID, other.file("kpi.toml"))
			continue
		}
		first[f.def.ID] = f
		ids = append(ids, f.def.ID)
	}
	for _, f := range l.found {
		for _, g := range f.def.Guardrails {
			switch {
			case g == f.def.ID:
				l.add(f, "guardrails", "a KPI cannot guard itself")
			case first[g] == nil:
				l.add(f, "guardrails", "there is no KPI %q to guard this one%s", g, near.Hint(g, ids))
			}
		}
	}
}

func (l *loader) add(f *folder, key, format string, args ...any) {
	at := f.toml.Place(key)
	l.errs = append(l.errs, &Error{File: f.file("kpi.toml"), Line: at.Line, Column: at.Column, KPI: f.def.ID, Msg: fmt.Sprintf(format, args...)})
}

// Error is one mistake in a KPI folder.
type Error struct {
	File   string
	Line   int
	Column int
	KPI    string
	Msg    string
}

// Error is file:line:column: kpi "id": message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: kpi %q: %s", e.File, e.Line, e.Column, e.KPI, e.Msg)
}

// Errors are all mistakes of a catalog, by file and line.
type Errors []*Error

// Error lists them, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, x := range e {
		lines[i] = x.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single mistakes to errors.As.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, x := range e {
		out[i] = x
	}
	return out
}

func (e Errors) sorted() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}
