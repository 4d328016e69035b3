package mapping

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"

	"github.com/kpid/kpid/ingest/manifest"
)

// Products places records in the tree where the manifest names no product.
type Products struct {
	Field string            // path in the record
	Map   map[string]string // the source's word: product id
}

// Config of a Mapper. Sources embed it.
type Config struct {
	Now      kpi.Millis     // clock of the run
	Zone     *time.Location // of the company, for times without a zone and for days
	Products Products
	Tree     kpi.Tree // the products there are
	Plain    bool     // personal columns are stored as they are
	Key      []byte   // of the hash of personal columns, at least 16 bytes
	Keep     *Keep    // what is kept of records; nil is nothing
	Hashed   bool     // the records were kept: persons in them are hashes already
}

// Mapper turns the records of one stream into rows. It is not safe for
// concurrent use.
type Mapper struct {
	stream string
	cfg    Config
	limits fact.Limits
	emits  []*emit
	slots  []manifest.Ref
	needed []bool // by slot
	hide   []int  // slots of personal columns
	// withhold says that hiding them does not do: the whole record is kept back.
	withhold bool
	known    map[string]any
	mac      hash.Hash
	names    byName
	paths    map[string]bool // read of the whole record
	keep     *keeper         // nil: nothing is kept

	slab   []any // values of coming rows
	staged []staged
}

// New compiles the stream of a manifest that was bound to the source's values.
// The error joins all mistakes, those of the manifest as *manifest.Error.
func New(m *manifest.Manifest, s *manifest.Stream, cfg Config) (*Mapper, error) {
	if cfg.Zone == nil {
		return nil, errors.New("mapping: no zone given")
	}
	mp := &Mapper{stream: s.ID, cfg: cfg, limits: fact.LimitsAt(cfg.Now), known: known(cfg.Tree), names: newByName(cfg.Tree)}
	if len(cfg.Key) >= 16 {
		mp.mac = hmac.New(sha256.New, cfg.Key)
	}
	if err := errors.Join(mp.checkProducts()...); err != nil {
		return nil, err
	}
	c := &compiler{m: mp, file: m.Name, serials: s.XLSX(), paths: map[string]bool{}}
	for i := range s.Emits {
		c.of = &s.Emits[i]
		if each := c.of.Each; each != "" { // how many entries there are, whatever is read of them
			c.paths[plain(each+".#._")] = true
		}
		if each := c.of.Each2; each != "" {
			c.paths[plain(c.of.Each+".#."+each+".#._")] = true
		}
		mp.emits = append(mp.emits, c.emit(c.of))
	}
	mp.paths = maps.Clone(c.paths)
	mp.keep = c.keeper(s)
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return mp, nil
}

// known are the product ids a row may carry.
func known(t kpi.Tree) map[string]any {
	out := map[string]any{"@company": "@company"}
	for _, p := range t.Products {
		out[p.ID] = p.ID
	}
	for _, p := range t.Portfolios {
		out["@"+p.ID] = "@" + p.ID
	}
	return out
}

func (m *Mapper) checkProducts() []error {
	var errs []error
	for _, word := range slices.Sorted(maps.Keys(m.cfg.Products.Map)) {
		if id := m.cfg.Products.Map[word]; m.known[id] == nil {
			errs = append(errs, fmt.Errorf("products: %q stands for %q, which is no product; known: %s", word, id, words(m.known)))
		}
	}
	return errs
}

// Slots are the paths that records must answer, in the order of their numbers.
func (m *Mapper) Slots() []manifest.Ref { return m.slots }

// Needs are the paths that records must answer: those of columns that are not
// optional.
func (m *Mapper) Needs() []manifest.Ref {
	var out []manifest.Ref
	for i, ref := range m.slots {
		if m.needed[i] {
			out = append(out, ref)
		}
	}
	return out
}

// Folds says that rows are held back until Flush, so that a file read in part
// must be read again from its start.
func (m *Mapper) Folds() bool {
	return slices.ContainsFunc(m.emits, func(e *emit) bool { return e.fold != nil })
}

// Personal says that records hold personal fields that are not to be stored.
func (m *Mapper) Personal() bool { return len(m.hide) > 0 }

// compiler collects mistakes while emits are compiled.
type compiler struct {
	m     *Mapper
	file  string
	errs  []error
	of    *manifest.Emit  // being compiled
	paths map[string]bool // read of the whole record
	// serials says that cells hold days of a spreadsheet's calendar.
	serials bool
}

func (c *compiler) fail(pos manifest.Pos, format string, args ...any) {
	c.errs = append(c.errs, &manifest.Error{File: c.file, Line: pos.Line, Column: pos.Column, Key: pos.Key, Msg: fmt.Sprintf(format, args...)})
}

// slot numbers a path; equal paths share a number. It is needed when one of
// those who use it cannot do without.
func (c *compiler) slot(r manifest.Ref, optional bool) int {
	i := slices.Index(c.m.slots, r)
	if i < 0 {
		i = len(c.m.slots)
		c.m.slots = append(c.m.slots, r)
		c.m.needed = append(c.m.needed, false)
	}
	c.m.needed[i] = c.m.needed[i] || !optional
	c.paths[path(r, c.of)] = true
	return i
}

func (c *compiler) emit(e *manifest.Emit) *emit {
	spec, _ := fact.Find(e.Fact)
	out := &emit{fact: e.Fact, each: e.Each, each2: e.Each2, width: len(spec.Columns)}
	if e.When != nil {
		out.when = &when{slot: c.slot(e.When.Ref, false), in: e.When.In, present: e.When.Present}
	}
	for i, col := range spec.Columns {
		f := e.Set[col.Name]
		if f == nil && col.Name == spec.Product {
			f = c.product(e)
		}
		out.columns = append(out.columns, c.column(f, col, spec, e))
		if e.List == col.Name {
			out.list = &list{slot: c.slot(*f.Path, f.Optional), column: i, products: col.Name == spec.Product}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		col := fact.Column{Name: name, Kind: fact.Text, Null: true}
		out.attributes = append(out.attributes, c.column(e.Attributes[name], col, &fact.Spec{}, e))
	}
	out.updated = c.instant(e.UpdatedAt, "updated_at", e)
	out.gone = c.instant(e.GoneAt, "gone_at", e)
	out.id = c.id(e, spec)
	if e.Merge != nil {
		out.fold = newFold(e.Merge, spec)
	}
	return out
}

// product is the field of a product column that the manifest leaves to the source.
func (c *compiler) product(e *manifest.Emit) *manifest.Field {
	if p := c.m.cfg.Products; p.Field != "" {
		return &manifest.Field{Pos: e.Pos, Path: &manifest.Ref{Path: p.Field}}
	}
	c.fail(e.Pos, "%s needs a product: set product_id, or give the source products = { field = \"...\", map = { WORD = \"product\" } }", e.Fact)
	return nil
}

func (c *compiler) instant(f *manifest.Field, name string, e *manifest.Emit) *column {
	if f == nil {
		return nil
	}
	col := fact.Column{Name: name, Kind: fact.Ms, Null: true}
	if f.Equals != nil {
		col.Kind = fact.Bool
	}
	return c.column(f, col, &fact.Spec{}, e)
}

// id compiles the row's id. Where it repeats a personal field, it repeats its
// hash; a team member is a person.
func (c *compiler) id(e *manifest.Emit, spec *fact.Spec) *idMaker {
	out := &idMaker{hashAll: e.Fact == "team_member" && !c.m.cfg.Plain}
	if out.hashAll {
		c.needKey(e.Pos, "the id of a team_member")
	}
	for _, p := range e.ID {
		part := idPart{text: p.Text, slot: -1}
		if p.Ref != nil {
			if part.name, part.own = p.Ref.Path, p.Ref.Scope == manifest.Own; !part.own {
				part.slot = c.slot(*p.Ref, false)
			}
			part.hash = !c.m.cfg.Plain && personal(e, spec, *p.Ref)
			if out.hashAll || part.hash {
				c.hide(part.slot, e)
			}
		}
		out.parts = append(out.parts, part)
	}
	return out
}

func personal(e *manifest.Emit, spec *fact.Spec, r manifest.Ref) bool {
	return slices.ContainsFunc(spec.Columns, func(col fact.Column) bool {
		f := e.Set[col.Name]
		return col.Personal && f != nil && f.Path != nil && *f.Path == r
	})
}

// hide keeps a slot out of what is stored of rejected records. Inside a list the
// value cannot be cut out by its path, so nothing of the record is stored.
func (c *compiler) hide(slot int, e *manifest.Emit) {
	c.m.withhold = c.m.withhold || e.Each != ""
	if slot >= 0 && !slices.Contains(c.m.hide, slot) {
		c.m.hide = append(c.m.hide, slot)
	}
}

func (c *compiler) needKey(pos manifest.Pos, what string) {
	if c.m.mac == nil {
		c.fail(pos, "%s is stored as a keyed hash and needs a key of at least 16 bytes; give one, or set personal = \"plain\" on the source", what)
	}
}

// words lists the keys of a map for a message, cut where it gets long.
func words[V any](m map[string]V) string {
	all := slices.Sorted(maps.Keys(m))
	if len(all) > 30 {
		return strings.Join(all[:30], ", ") + fmt.Sprintf(" and %d more", len(all)-30)
	}
	return strings.Join(all, ", ")
}
