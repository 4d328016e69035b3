// Package fact is the table of canonical facts: which tables there are, which
// columns they have, what each column may hold. The store's schema, the mapping
// of vendor records and the test language are all driven by it.
package fact

import "sort"

// Kind is the type of a column (SCHEMA part 1).
type Kind string

// Column kinds.
const (
	ID    Kind = "id"    // text, NFC, 1 to 200 bytes, no control characters
	Ms    Kind = "ms"    // UTC milliseconds
	Day   Kind = "day"   // local days since 1970-01-01
	Minor Kind = "minor" // minor units of the row's currency
	Bool  Kind = "bool"  // 0 or 1
	Int   Kind = "int"
	Real  Kind = "real" // finite
	Text  Kind = "text"
	Enum  Kind = "enum"
	JSON  Kind = "json" // canonical: sorted keys, UTF-8
)

// Column of a fact table.
type Column struct {
	Name     string
	Kind     Kind
	Null     bool     // a missing value is allowed
	Enum     []string // allowed words of an Enum
	Default  any      // taken when a source does not give the column: int64, float64 or string
	Personal bool     // stored as a keyed hash unless the source says otherwise
}

// Spec is one canonical fact.
type Spec struct {
	Name    string
	Columns []Column
	// Order is the instant that places the row in time; "" when none does.
	Order string
	// Also lists further instants that place it: an initiative is found by its
	// release and by the date its lift is due.
	Also []string
	// Product names the column that places the row in the portfolio tree.
	Product string
	// Ascending lists pairs of columns whose first may not lie after the second:
	// a row that breaks one is kept with the fault end_before_start.
	Ascending [][2]string
	// Plan columns may lie in the future (up to 2100).
	Plan []string
}

// Column finds a column by name.
func (s *Spec) Column(name string) (Column, bool) {
	for _, c := range s.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Instants are the columns that place a row in time, the first of them in Order.
func (s *Spec) Instants() []string {
	if s.Order == "" {
		return nil
	}
	return append([]string{s.Order}, s.Also...)
}

// Index is the position of a column in a row's values, or -1.
func (s *Spec) Index(name string) int {
	for i, c := range s.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// Find gives the fact called name.
func Find(name string) (*Spec, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// Names of all facts, sorted.
func Names() []string {
	var out []string
	for _, s := range All() {
		out = append(out, s.Name)
	}
	sort.Strings(out)
	return out
}

// Row is one fact ready to be stored. Values stand in the order of the spec's
// columns; each is nil, int64, float64 or string, already checked by Check.
type Row struct {
	Fact      string
	ID        string
	UpdatedAt *int64 // the vendor's, ms
	Gone      *int64 // vanished or deleted at, ms
	Values    []any
	Locator   string            // where it came from: file:line
	Attribute map[string]string // account only: flat attributes, written to account_attribute
	Said      string            // what the source calls the account, where that is not the account's id
}

// All facts, built anew so that nobody can change the table for others.
func All() []*Spec {
	var out []*Spec
	for _, group := range [][]*Spec{customers(), usage(), delivery(), operations(), people()} {
		out = append(out, group...)
	}
	return out
}
