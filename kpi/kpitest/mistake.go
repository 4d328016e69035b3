package kpitest

import (
	"errors"
	"fmt"
)

// Mistake is something wrong with a test file, as opposed to with the KPI.
type Mistake struct {
	Line int
	Err  error
}

// Error is line: message.
func (m *Mistake) Error() string { return fmt.Sprintf("%d: %v", m.Line, m.Err) }
func (m *Mistake) Unwrap() error { return m.Err }

// at says on which line an error arose, unless it says so itself.
func at(line int, err error) error {
	var known *Mistake
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Mistake{line, err}
}

func mistake(line int, format string, args ...any) error {
	return &Mistake{line, fmt.Errorf(format, args...)}
}

// Mistakes takes the error of Run apart; other errors have no line.
func Mistakes(err error) (list []*Mistake, rest []error) {
	var one *Mistake
	switch joined, ok := err.(interface{ Unwrap() []error }); {
	case err == nil:
	case ok:
		for _, e := range joined.Unwrap() {
			l, r := Mistakes(e)
			list, rest = append(list, l...), append(rest, r...)
		}
	case errors.As(err, &one):
		list = append(list, one)
	default:
		rest = append(rest, err)
	}
	return list, rest
}
