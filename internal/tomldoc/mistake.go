package tomldoc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Mistake is one thing wrong in a file.
type Mistake struct {
	File    string
	Line    int // from 1
	Column  int // from 1, in characters
	Key     string
	Found   string // "" when the message says it
	Allowed string
	Msg     string
}

// Error is file:line:column: key: message; found; allowed.
func (m *Mistake) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", m.File, m.Line, m.Column)
	if m.Key != "" {
		b.WriteString(m.Key + ": ")
	}
	b.WriteString(m.Msg)
	if m.Found != "" {
		b.WriteString("; found " + m.Found)
	}
	if m.Allowed != "" {
		b.WriteString("; allowed: " + m.Allowed)
	}
	return b.String()
}

// Mistakes are those of one or more files.
type Mistakes []*Mistake

// Add notes a mistake.
func (all *Mistakes) Add(m Mistake) { *all = append(*all, &m) }

// Err gives the mistakes by file, line and column as an error, nil when there
// are none.
func (all Mistakes) Err() error {
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b *Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return all
}

// Error lists them, one a line.
func (all Mistakes) Error() string {
	lines := make([]string, len(all))
	for i, m := range all {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single mistakes to errors.As.
func (all Mistakes) Unwrap() []error {
	out := make([]error, len(all))
	for i, m := range all {
		out[i] = m
	}
	return out
}
