package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/tomldoc"
)

// Error is one mistake in a configuration file.
type Error struct {
	File    string
	Line    int // from 1
	Column  int // from 1, in characters
	Key     string
	Found   string // "" when the message says it
	Allowed string
	Msg     string
}

// Error is file:line:column: key: message; found; allowed.
func (e *Error) Error() string {
	text := tomldoc.Mistake{Msg: e.Msg, Found: e.Found, Allowed: e.Allowed}.Text()
	if e.Key != "" {
		text = e.Key + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, text)
}

// Errors are all mistakes, by file, line and column.
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

// asError sorts the mistakes of a report; nil when there are none.
func asError(r tomldoc.Report) error {
	out := make(Errors, len(r.Mistakes))
	for i, m := range r.Mistakes {
		out[i] = &Error{File: m.File, Line: m.Line, Column: m.Column, Key: m.Key, Found: m.Found, Allowed: m.Allowed, Msg: m.Msg}
	}
	return out.sorted()
}

// sorted gives the list by place, or nil when it is empty.
func (e Errors) sorted() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}
