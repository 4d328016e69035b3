package manifest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// timeForms are the times that have a name of their own.
func timeForms() []string { return []string{"rfc3339", "ms", "unix", "date", "any"} }

// timeForm says whether a text names a form of time or is a layout. A layout
// that loses the year or month would place every record on a wrong date, and
// names of zones are ambiguous: Go reads the unknown ones as UTC.
func timeForm(s string) bool {
	if slices.Contains(timeForms(), s) {
		return true
	}
	if strings.Contains(s, "MST") {
		return false
	}
	at := time.Date(2013, 11, 1, 0, 0, 0, 0, time.UTC)
	got, err := time.Parse(s, at.Format(s))
	return err == nil && got.Equal(at) && at.Format(s) != s
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
