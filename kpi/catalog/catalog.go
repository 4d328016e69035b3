package catalog

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
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
	Own    bool // written by a user
}

// Load reads every KPI folder below fsys, by id. The error is a tomldoc.Mistakes
// with all that is wrong; the definitions are then not to be used.
func Load(fsys fs.FS, origin string) ([]*kpi.Definition, error) {
	return LoadAll(Root{FS: fsys, Origin: origin})
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
	return out, l.errs.Err()
}

// loader gathers folders and what is wrong with them.
type loader struct {
	found []*folder
	errs  tomldoc.Mistakes
}

func (l *loader) root(r Root) {
	areas, err := fs.ReadDir(r.FS, ".")
	if err != nil {
		l.unreadable(r.Origin, err)
		return
	}
	for _, area := range areas {
		if !area.IsDir() {
			continue
		}
		kpis, err := fs.ReadDir(r.FS, area.Name())
		if err != nil {
			l.unreadable(path.Join(r.Origin, area.Name()), err)
			continue
		}
		for _, k := range kpis {
			if k.IsDir() {
				l.folder(r, area.Name(), k.Name())
			}
		}
	}
}

func (l *loader) unreadable(folder string, err error) {
	l.errs.Add(tomldoc.Mistake{File: folder, Line: 1, Column: 1, Msg: "the folder cannot be read: " + err.Error()})
}

func (l *loader) folder(r Root, area, name string) {
	dir := path.Join(area, name)
	f := &folder{fsys: r.FS, dir: dir, origin: path.Join(r.Origin, dir), area: area, name: name}
	f.def = &kpi.Definition{ID: name, Area: area, Own: r.Own}
	f.read()
	for _, m := range f.report {
		m.Key = f.key()
	}
	l.errs = append(l.errs, f.report...)
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
		for _, lead := range f.def.Leads {
			switch d := first[lead]; {
			case d == nil:
				l.add(f, "leads", "there is no KPI %q to lead%s", lead, near.Hint(lead, ids))
			case !slices.Contains(d.def.Types, "outcome"):
				l.add(f, "leads", "%q is no Outcome KPI", lead)
			}
		}
	}
}

func (l *loader) add(f *folder, key, format string, args ...any) {
	at := f.toml.Place(key)
	l.errs.Add(tomldoc.Mistake{File: f.file("kpi.toml"), Line: at.Line, Column: at.Column, Key: f.key(), Msg: fmt.Sprintf(format, args...)})
}
