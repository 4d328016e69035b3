package mapping

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
)

// maxWords is how many words that a map lacks are told of a page; a field with more
// holds free text.
const maxWords = 50

// maxBeside is how many names beside a field that is not there are told.
const maxBeside = 30

// tally is what a column saw since it was last told.
type tally struct {
	asked, present int
	beside         string
	words          map[string]int
}

// see notes whether the record has the column's field.
func (c *column) see(v Value, rec Record) {
	c.tally.asked++
	switch {
	case v.Type != Missing || v.Empty:
		c.tally.present++
	case c.tally.beside == "":
		c.tally.beside = rec.beside(c.slot)
	}
}

// unknown notes a word that the column's map lacks. Nobody's name is a word.
func (c *column) unknown(word string) {
	if c.hashed || len(c.tally.words) > maxWords {
		return
	}
	if c.tally.words == nil {
		c.tally.words = map[string]int{}
	}
	c.tally.words[cut(word, 100)]++
}

// Drift tells what was seen of the fields since it was last asked for.
func (m *Mapper) Drift() ingest.Drift {
	fields := map[string]*ingest.FieldCount{}
	words := map[ingest.WordCount]int{}
	var order []string
	for _, e := range m.emits {
		for _, c := range slices.Concat(e.columns, e.attributes, []*column{e.updated, e.gone}) {
			if c == nil || c.slot < 0 || c.tally.asked == 0 {
				continue
			}
			f := fields[c.from]
			if f == nil {
				f = &ingest.FieldCount{Field: c.from}
				fields[c.from], order = f, append(order, c.from)
			}
			f.Asked, f.Present = f.Asked+c.tally.asked, f.Present+c.tally.present
			if f.Beside == "" {
				f.Beside = c.tally.beside
			}
			for word, n := range c.tally.words {
				key := ingest.WordCount{Field: c.from, Word: word}
				words[key] = max(words[key], n) // two columns may read one field
			}
			c.tally = tally{}
		}
	}
	var out ingest.Drift
	for _, name := range order {
		out.Fields = append(out.Fields, *fields[name])
	}
	for w, n := range words {
		w.Records = n
		out.Words = append(out.Words, w)
	}
	slices.SortFunc(out.Words, func(a, b ingest.WordCount) int {
		return strings.Compare(a.Field+"\x00"+a.Word, b.Field+"\x00"+b.Word)
	})
	return out
}

// beside are the names in the object that should have the slot's field.
func (r *JSON) beside(slot int) string {
	raw := gjson.Parse(r.part(slot))
	names := segments(r.Refs[slot].Path)
	if up := strings.Join(names[:len(names)-1], "."); up != "" {
		raw = raw.Get(up)
	}
	var out []string
	raw.ForEach(func(key, _ gjson.Result) bool {
		if key.Type == gjson.String && key.Str != "_slice" {
			out = append(out, cut(key.Str, 100))
		}
		return len(out) < maxBeside
	})
	return strings.Join(out, ", ")
}

// beside is nothing: a line of CSV has the columns of its header.
func (r *CSV) beside(int) string { return "" }
