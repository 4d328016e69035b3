package mapping

import (
	"strings"
	"unicode"

	"github.com/kpid/kpid/kpi"
)

// byName finds products by what people call them: the id or the name, whatever the
// letters' case and what stands between words. What two products could be is none.
type byName map[string]any

func newByName(t kpi.Tree) byName {
	out := byName{}
	for _, p := range t.Products {
		for _, name := range []string{p.ID, p.Name} {
			key := folded(name)
			if have, ok := out[key]; ok && have != p.ID {
				out[key] = nil
				continue
			}
			out[key] = p.ID
		}
	}
	delete(out, "")
	return out
}

// folded leaves letters and digits of a name, in small letters.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// product is the product that a word stands for: an id of the tree, a word of the
// source's map, or a name; nil when it is none of them.
func (m *Mapper) product(word string) any {
	if out := m.known[m.cfg.Products.Map[word]]; out != nil {
		return out
	}
	if out := m.known[word]; out != nil {
		return out
	}
	return m.names[folded(word)]
}
