package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a manifest.
type Error struct {
	File   string
	Line   int
	Column int
	Key    string // dotted: stream[0].emit[1].set.created_at
	Msg    string
}

// Error is file:line:column: key: message.
func (e *Error) Error() string {
	key := e.Key
	if key != "" {
		key += ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", e.File, e.Line, e.Column, key, e.Msg)
}

// join sorts mistakes by place, so that the list reads like the file.
func join(errs []*Error) error {
	slices.SortStableFunc(errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	all := make([]error, len(errs))
	for i, e := range errs {
		all[i] = e
	}
	return errors.Join(all...)
}

// oneOf prints a list of allowed words.
func oneOf(words []string) string { return strings.Join(words, ", ") }
