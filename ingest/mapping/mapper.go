package mapping

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi/fact"
)

// Output collects what a page brings.
type Output struct {
	Rows     []fact.Row
	Rejected []ingest.Rejection
	Raw      []ingest.Raw // what is kept of the records
}

// emit is a compiled emit block.
type emit struct {
	fact        string
	each, each2 string
	when        *when
	width       int
	columns     []*column
	attributes  []*column
	updated     *column
	gone        *column
	id          *idMaker
	fold        *fold
	list        *list
}

type when struct {
	slot    int
	in      []string
	present *bool
}

func (w *when) holds(rec Record) bool {
	v := rec.Value(w.slot)
	if w.present != nil {
		return *w.present == (v.Type != Missing)
	}
	return slices.Contains(w.in, v.Text)
}

// list makes a row for each value of a list.
type list struct {
	slot, column int
	products     bool // the values are products
}

// staged is a row of the record at hand; fold is nil for rows that stand alone.
type staged struct {
	row  fact.Row
	fold *fold
}

// Map adds a record's rows to out, or its rejection. file and line say where
// the record stands.
func (m *Mapper) Map(rec Record, file string, line int, out *Output) {
	m.keepRecord(rec, file, line, out)
	m.staged = m.staged[:0]
	p := m.stage(rec)
	for i := 0; p == nil && i < len(m.staged); i++ {
		if s := &m.staged[i]; s.fold != nil {
			p = s.fold.conflict(&s.row)
		}
	}
	if p != nil {
		m.reject(rec, file, line, p, out)
		return
	}
	locator := ""
	for i := range m.staged {
		s := &m.staged[i]
		if locator == "" {
			locator = place(file, line)
		}
		s.row.Locator = locator
		if s.fold != nil {
			s.fold.add(s.row)
		} else {
			out.Rows = append(out.Rows, s.row)
		}
	}
}

// Flush adds the rows that were folded since the last Flush, in the order in
// which their keys first came.
func (m *Mapper) Flush(out *Output) {
	for _, e := range m.emits {
		if e.fold != nil {
			out.Rows = e.fold.flush(out.Rows)
		}
	}
}

// Discard drops what Flush would add.
func (m *Mapper) Discard() { m.Flush(&Output{}) }

// Held counts the rows waiting for Flush.
func (m *Mapper) Held() int {
	n := 0
	for _, e := range m.emits {
		if e.fold != nil {
			n += len(e.fold.rows)
		}
	}
	return n
}

func (m *Mapper) stage(rec Record) *problem {
	for _, e := range m.emits {
		if p := m.spread(e, rec); p != nil {
			return p
		}
	}
	return nil
}

// spread goes through the lists of each and each2.
func (m *Mapper) spread(e *emit, rec Record) *problem {
	if e.each == "" {
		return m.rows(e, rec)
	}
	entries, ok := rec.Entries(e.each, 1)
	if !ok {
		return &problem{e.each, "no list", "a list: each goes through its entries"}
	}
	for _, entry := range entries {
		inner := []Record{entry}
		if e.each2 != "" {
			if inner, ok = entry.Entries(e.each2, 2); !ok {
				return &problem{e.each2, "no list", "a list: each2 goes through its entries"}
			}
		}
		for _, r := range inner {
			if p := m.rows(e, r); p != nil {
				return p
			}
		}
	}
	return nil
}

func (m *Mapper) rows(e *emit, rec Record) *problem {
	if e.when != nil && !e.when.holds(rec) {
		return nil
	}
	if e.list == nil {
		return m.row(e, rec, Value{})
	}
	for _, word := range listed(rec.Value(e.list.slot)) {
		if id, ok := m.product(word).(string); ok && e.list.products {
			word = id
		}
		if p := m.row(e, rec, Value{Type: Text, Text: word}); p != nil {
			return p
		}
	}
	return nil
}

// row stages one row; own is the value of the list column, if there is one.
func (m *Mapper) row(e *emit, rec Record, own Value) (p *problem) {
	row := fact.Row{Fact: e.fact, Values: m.values(e.width)}
	for i, c := range e.columns {
		if e.list != nil && e.list.column == i {
			row.Values[i], p = c.take(own, rec)
			own.Text, _ = row.Values[i].(string)
		} else {
			row.Values[i], p = c.value(rec)
		}
		if p != nil {
			return p
		}
	}
	if p = m.dates(e, rec, &row); p != nil {
		return p
	}
	if p = attributes(e, rec, &row); p != nil {
		return p
	}
	if row.ID, p = m.id(e, rec, own.Text); p != nil {
		return p
	}
	m.staged = append(m.staged, staged{row, e.fold})
	return nil
}

// dates fills the row's own times. A record that is only marked as gone went at
// its last change, or, when that is not known, by the time of the run.
func (m *Mapper) dates(e *emit, rec Record, row *fact.Row) *problem {
	for _, at := range []struct {
		c  *column
		to **int64
	}{{e.updated, &row.UpdatedAt}, {e.gone, &row.Gone}} {
		if at.c == nil {
			continue
		}
		v, p := at.c.value(rec)
		if p != nil {
			return p
		}
		if n, ok := v.(int64); ok {
			*at.to = &n
		}
	}
	if e.gone == nil || e.gone.col.Kind != fact.Bool || row.Gone == nil {
		return nil
	}
	switch now := int64(m.cfg.Now); {
	case *row.Gone == 0:
		row.Gone = nil
	case row.UpdatedAt != nil:
		row.Gone = row.UpdatedAt
	default:
		row.Gone = &now
	}
	return nil
}

func attributes(e *emit, rec Record, row *fact.Row) *problem {
	for _, c := range e.attributes {
		v, p := c.value(rec)
		if p != nil {
			return p
		}
		if s, ok := v.(string); ok {
			if row.Attribute == nil {
				row.Attribute = make(map[string]string, len(e.attributes))
			}
			row.Attribute[c.name] = s
		}
	}
	return nil
}

// values cuts a row's values from a larger piece of memory: one allocation for
// many rows. Nobody appends to them.
func (m *Mapper) values(n int) []any {
	if len(m.slab) < n {
		m.slab = make([]any, max(n, 4096))
	}
	out := m.slab[:n:n]
	m.slab = m.slab[n:]
	return out
}

// listed splits a JSON list, or a text such as "flows; forms".
func listed(v Value) []string {
	if v.Type == Nested {
		return stringsOf(v.Text)
	}
	return strings.FieldsFunc(v.Text, func(r rune) bool { return r == ';' || r == ',' || r == '|' || r == ' ' })
}
