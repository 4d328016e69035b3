// Package tomldoc reads a TOML file into a tree in which every key and value
// remembers its line and column, and hands it out key by key. Whatever nobody
// asked for is an unknown key. A mistake is noted and reading goes on, so that
// one run tells everything that is wrong with a file; decoding into structs
// would stop at the first wrong type and lose the places of the rest.
package tomldoc

import (
	"fmt"
	"strings"
)

// Mistake is one thing wrong in a file.
type Mistake struct {
	File    string
	Line    int // from 1
	Column  int // from 1, in characters
	Key     string
	Found   string
	Allowed string
	Msg     string
}

// Text is the sentence without its place: message, what was found, what is allowed.
func (m Mistake) Text() string {
	var b strings.Builder
	b.WriteString(m.Msg)
	if m.Found != "" {
		fmt.Fprintf(&b, "; found %s", m.Found)
	}
	if m.Allowed != "" {
		fmt.Fprintf(&b, "; allowed: %s", m.Allowed)
	}
	return b.String()
}

// Report collects the mistakes of one or more files.
type Report struct{ Mistakes []Mistake }

// Add notes a mistake.
func (r *Report) Add(m Mistake) { r.Mistakes = append(r.Mistakes, m) }
