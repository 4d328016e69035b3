package mapping

import "strings"

// memo remembers what texts became. Most columns repeat a few words, and a
// value found here needs no check, no hash and no memory of its own. A column
// that hardly repeats stops remembering.
type memo struct {
	seen map[string]any
	hits int
}

// memoSize is the number of texts a column remembers.
const memoSize = 1 << 14

func newMemo() *memo { return &memo{seen: map[string]any{}} }

func (m *memo) get(s string) any {
	v := m.seen[s]
	if v != nil {
		m.hits++
	}
	return v
}

// put remembers s; both are copied, so that a word does not hold its whole record.
func (m *memo) put(s string, v any) any {
	if m.seen == nil {
		return v
	}
	if len(m.seen) >= memoSize {
		if m.hits < memoSize {
			m.seen = nil
		}
		return v
	}
	s = strings.Clone(s)
	if text, ok := v.(string); ok && text == s {
		v = s
	}
	m.seen[s] = v
	return v
}
