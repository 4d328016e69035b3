package manifest

import (
	"slices"

	"github.com/kpid/kpid/internal/tomldoc"
)

// Error is one mistake in a manifest. Its key counts the entries of lists:
// stream[0].emit[1].set.created_at.
type Error = tomldoc.Mistake

// Manifest is a source's description, checked and with its short forms written out.
type Manifest struct {
	Name     string // file name, for messages
	ID       string
	Title    string
	Docs     string
	Spec     string // file name of the vendor's own description, for tests
	Config   map[string]Param
	Secrets  []string // names that the operator gives secrets for
	Optional []string // those of them that may be missing: then nobody signs in
	HTTP     *HTTP    // of a source over HTTP
	SQL      *SQL     // of a source in a database; with neither the manifest reads files
	Streams  []Stream

	data []byte
}

// Pos is a place in the manifest.
type Pos struct {
	Line, Column int
	Key          string
}

// Stream is one kind of record: files that match a pattern, or requests.
type Stream struct {
	Pos
	ID      string
	Request *Request // of a manifest with [http]
	Query   *Query   // of a manifest with [sql]
	File    string   // else a pattern of path.Match, relative to the source's folder
	Decode  []string // outermost first: gzip, then csv or ndjson; or xlsx, or parquet
	Sheet   string   // of a workbook; "" is the only one that is to be seen
	Key     []Ref    // fields that together name a record
	Comma   rune     // between CSV fields
	// Columns name the fields of CSV files that have no header line.
	Columns []string
	Emits   []Emit
}

// CSV says that the records are lines of CSV; they are JSON otherwise.
func (s *Stream) CSV() bool { return s.Decode[len(s.Decode)-1] == "csv" }

// XLSX says that the records are rows of a workbook.
func (s *Stream) XLSX() bool { return s.Decode[0] == "xlsx" }

// Flat says that a record is a row of cells under a header, without lists inside.
func (s *Stream) Flat() bool { return s.CSV() || s.XLSX() }

// Emit makes rows of one fact from each record.
type Emit struct {
	Pos
	Fact  string
	When  *When
	Each  string            // path of a list inside the record: one row for each entry
	Each2 string            // path of a list inside the entry
	Merge map[string]string // column: min, max, last, first or same; nil keeps rows apart
	ID    Template          // the row's id; empty when neither id nor key is given
	Set   map[string]*Field // by column
	// Attributes are the flat attributes of an account.
	Attributes map[string]*Field
	UpdatedAt  *Field
	GoneAt     *Field
	// List names the column that takes the values of a list one by one, a row each.
	List string
}

// When keeps records whose field has one of the words, or is present at all.
type When struct {
	Pos
	Ref     Ref
	In      []string
	Present *bool
}

// Scope says which part of a record a path starts from.
type Scope byte

// Scopes of a path.
const (
	Rec Scope = iota // the record, or the entry when the emit has each
	Up               // the record around the entry
	It               // the entry of each2
	Own              // the value of the list column
)

// Ref is a path into a record: a CSV header or a gjson path.
type Ref struct {
	Scope Scope
	Path  string
}

// Part of a template: text, then the value of Ref unless there is none.
type Part struct {
	Text string
	Ref  *Ref
}

// Template builds a text from constants and values.
type Template []Part

// Field says how one column gets its value.
type Field struct {
	Pos
	// Exactly one of the four says where the value comes from.
	Path *Ref
	Text Template
	// Const is the constant as text.
	Const *string
	Sum   []Ref

	Time     string            // rfc3339, ms, unix, date, any or a Go layout
	Map      map[string]string // the source's word: ours
	Default  *string           // taken when the value is missing or its word is not in Map
	As       string            // int, number, bool, string or money
	Equals   *string           // the value is true when it is this word
	Currency *Field            // of money
	Lower    bool
	Optional bool
	Negate   bool
	PlusDays *Ref
	Days     int // the same, where the manifest says how many
}

// Facts lists the facts the manifest makes, sorted.
func (m *Manifest) Facts() []string {
	var out []string
	for _, s := range m.Streams {
		for _, e := range s.Emits {
			out = append(out, e.Fact)
			if len(e.Attributes) > 0 {
				out = append(out, "account_attribute")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Source is the text the manifest was read from.
func (m *Manifest) Source() []byte { return m.data }
