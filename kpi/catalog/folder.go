package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// areas are the folders below defs and the types of KPIs.
func areas() []string {
	return []string{"outcome", "satisfaction", "quality", "efficiency", "reliability", "innovation", "output", "collaboration", "leadership"}
}

// readable lists what SQL may read beside the supplied relations.
func readable() []string {
	return append(fact.Names(), "usage_day", "account_segment", "bet_outcome", "capability_event", "capability_target")
}

// folder is one KPI folder while it is read.
type folder struct {
	fsys       fs.FS
	dir        string // below fsys
	origin     string // the same, as errors name it
	area, name string
	toml       *tomldoc.Table
	report     tomldoc.Mistakes
	def        *kpi.Definition
	sql        map[string]string // file name to text
	raw        map[string]any    // kpi.toml, for the hash
}

func (f *folder) file(name string) string { return path.Join(f.origin, name) }

// key stands for the key in mistakes: it names the KPI.
func (f *folder) key() string { return fmt.Sprintf("kpi %q", f.def.ID) }

func (f *folder) bad(file string, line, column int, format string, args ...any) {
	f.report.Add(tomldoc.Mistake{File: f.file(file), Line: line, Column: column, Msg: fmt.Sprintf(format, args...)})
}

func (f *folder) read() {
	if !slices.Contains(areas(), f.area) {
		f.bad("kpi.toml", 1, 1, "the folder %s is no area; allowed: %s", f.area, strings.Join(areas(), ", "))
	}
	data, err := fs.ReadFile(f.fsys, path.Join(f.dir, "kpi.toml"))
	if err != nil {
		f.bad("kpi.toml", 1, 1, "%s", reason("kpi.toml", err))
		return
	}
	t, ok := tomldoc.Parse(f.file("kpi.toml"), data, &f.report)
	if !ok {
		return
	}
	f.toml, f.raw = t, t.Plain()
	f.header()
	for _, key := range []string{"by", "reason", "origin", "leads", "links"} { // who says it, where and beside what, does not change what is said
		delete(f.raw, key)
	}
	f.params()
	f.spans()
	f.measures()
	f.finest()
	f.broughtIn()
	f.sums()
	t.Done()
	f.texts()
	f.checkSQL()
	f.def.Source = source(f.raw, f.sql)
	f.def.Hash = hash(f.def)
}

// header reads what says what the KPI is.
func (f *folder) header() {
	t, d := f.toml, f.def
	t.Need("kpi", "id", "name", "question", "types", "cadence", "grains", "measure")
	if !f.away() {
		t.Need("facts")
	}
	t.Int("kpi", 1, 1, 1)
	d.ID = t.Text("id", f.name)
	if d.ID != f.name {
		t.Wrong("id", "the id differs from the folder's name", fmt.Sprintf("%q", d.ID), fmt.Sprintf("%q", f.name))
	}
	if !validID(d.ID) {
		t.Wrong("id", "the id is not well formed", fmt.Sprintf("%q", d.ID), "a to z, 0 to 9, _ and -, at most 63, not beginning with _ or -")
	}
	d.Name = t.Text("name", "")
	d.Short = t.Text("short", d.Name)
	d.Question = t.Text("question", "")
	d.Numerator = t.Text("numerator", "")
	d.Basis = t.Text("basis", "")
	d.None = t.Text("none", "")
	d.Formula = t.Text("source_of_formula", "")
	d.By, d.Reason = t.Text("by", ""), t.Text("reason", "")
	d.FxAt = t.OneOf("fx_at", "", "starts", "year_ago")
	d.Types = f.words("types", "type", areas())
	if t.Has("types") && (len(d.Types) < 1 || len(d.Types) > 2) {
		t.Wrong("types", "a KPI has one type or two", fmt.Sprint(len(d.Types)), "")
	}
	d.Facts = f.words("facts", "fact", readable())
	d.Segments = f.words("segments", "segment", nil)
	d.Guardrails = f.words("guardrails", "guardrail", nil)
	d.Leads = f.words("leads", "KPI", nil)
	f.links()
	f.grains()
}

// links are held to the rules of those that people write on notes.
func (f *folder) links() {
	for _, l := range f.words("links", "link", nil) {
		if err := kpi.CheckLink(l); err != nil {
			f.toml.Bad("links", "%v", err)
			continue
		}
		f.def.Links = append(f.def.Links, l)
	}
	if n := len(f.def.Links); n > kpi.MaxNoteLinks {
		f.toml.Bad("links", "these are %d links and %d fit", n, kpi.MaxNoteLinks)
	}
}

// words reads a list whose elements are known words (any when known is nil),
// each once.
func (f *folder) words(key, what string, known []string) []string {
	var out []string
	for _, w := range f.toml.Texts(key) {
		switch {
		case slices.Contains(out, w):
			f.toml.Bad(key, "the %s %q is listed twice", what, w)
			continue
		case known != nil && !slices.Contains(known, w):
			f.toml.Wrong(key, fmt.Sprintf("there is no %s %q%s", what, w, near.Hint(w, known)), "", strings.Join(known, ", "))
			continue
		}
		out = append(out, w)
	}
	return out
}

// grains must be the cadence and everything coarser, without a gap at its
// start, since the judged grain is also the finest that is kept.
func (f *folder) grains() {
	var all []string
	for _, g := range kpi.Grains() {
		all = append(all, string(g))
	}
	d := f.def
	d.Cadence = kpi.Grain(f.toml.OneOf("cadence", string(kpi.Week), all...))
	for _, g := range f.words("grains", "grain", all) {
		d.Grains = append(d.Grains, kpi.Grain(g))
	}
	if f.toml.Has("grains") && !slices.Contains(d.Grains, d.Cadence) {
		f.toml.Bad("grains", "the cadence %s is not among the grains", d.Cadence)
	}
	slices.SortFunc(d.Grains, func(a, b kpi.Grain) int {
		return slices.Index(all, string(a)) - slices.Index(all, string(b))
	})
}

// finest refuses grains that no measure is kept at.
func (f *folder) finest() {
	for _, g := range f.def.Grains {
		if !slices.ContainsFunc(f.def.Measures, func(m kpi.Measure) bool { return f.def.Keeps(m, g) }) && len(f.def.Measures) > 0 {
			f.toml.Bad("grains", "the grain %s is finer than the cadence %s, which is the finest that is kept", g, f.def.Cadence)
		}
	}
}

// texts reads the SQL and the README, and refuses SQL that belongs to no measure.
func (f *folder) texts() {
	entries, err := fs.ReadDir(f.fsys, f.dir)
	if err != nil {
		f.bad("", 1, 1, "the folder cannot be read: %v", err)
		return
	}
	f.sql = map[string]string{}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name == "README.md":
			f.def.Readme = f.text(name)
		case strings.HasSuffix(name, ".sql"):
			f.sql[name] = f.text(name)
			f.checkName(name)
		case strings.HasSuffix(name, ".toml") && name != "kpi.toml":
			f.bad(name, 1, 1, "only kpi.toml is read; there is no use for this file")
		}
	}
	for i := range f.def.Measures {
		m := &f.def.Measures[i]
		own, ok := f.sql["kpi."+m.ID+".sql"]
		common, shared := f.sql["kpi.sql"]
		switch {
		case ok:
			m.SQL = own
		case shared:
			m.SQL = common
		case m.Agg != kpi.Composite:
			at := f.toml.Place("measure")
			f.bad("kpi.toml", at.Line, at.Column, "the measure %q has no SQL: write kpi.sql or kpi.%s.sql", m.ID, m.ID)
		}
	}
}

func (f *folder) checkName(name string) {
	if name == "kpi.sql" {
		return
	}
	id := strings.TrimSuffix(strings.TrimPrefix(name, "kpi."), ".sql")
	var ids []string
	for _, m := range f.def.Measures {
		ids = append(ids, m.ID)
	}
	if !strings.HasPrefix(name, "kpi.") || !slices.Contains(ids, id) {
		f.bad(name, 1, 1, "no measure goes with this file; the measures are %s", strings.Join(ids, ", "))
	}
}

func (f *folder) text(name string) string {
	data, err := fs.ReadFile(f.fsys, path.Join(f.dir, name))
	if err != nil {
		f.bad(name, 1, 1, "%s", reason(name, err))
	}
	return string(data)
}

// reason words a read error without the path, which the error begins with anyway.
func reason(name string, err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return name + " is missing"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Sprintf("%s cannot be read: %v", name, err)
}

// validID is the form of every id of our own.
func validID(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '_' || s[0] == '-' {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
