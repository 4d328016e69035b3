package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// Columns finds each slot in a CSV header: its position, or -1 for a column
// that is not there and may be missing. A column that the manifest needs and
// the file lacks is an error for the whole file, since nobody could tell a
// renamed column from one that is always empty.
func (m *Mapper) Columns(header []string) ([]int, error) {
	out := make([]int, len(m.slots))
	var missing, twice []string
	for i, ref := range m.slots {
		out[i] = slices.Index(header, ref.Path)
		switch {
		case out[i] < 0 && m.needed[i]:
			missing = append(missing, ref.Path)
		case out[i] >= 0 && slices.Contains(header[out[i]+1:], ref.Path):
			twice = append(twice, ref.Path)
		}
	}
	switch {
	case len(missing) > 0:
		return nil, fmt.Errorf("no column %s; the file has: %s. Correct the manifest, or set optional = true on what may be missing", quoted(missing), cut(strings.Join(header, ", "), 1000))
	case len(twice) > 0:
		return nil, fmt.Errorf("the column %s stands there twice; rename one", quoted(twice))
	}
	return out, nil
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}
