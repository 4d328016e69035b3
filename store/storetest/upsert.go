package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi/fact"
	"github.com/kpid/kpid/store"
)

// version of an account: at is the vendor's time of change, 0 when it has none.
type version struct {
	name string
	at   int64
	gone int64
}

func (b *bench) account(id string, v version) fact.Row {
	r := Row(b, "account", id, Values{"name": v.name, "created_at": noon(time.January, 1)})
	if v.at != 0 {
		r.UpdatedAt = &v.at
	}
	if v.gone != 0 {
		r.Gone = &v.gone
	}
	return r
}

// upsert holds the rule of one key to small cases, each page a run of its own.
func upsert(b *bench) {
	type page = []version
	for i, tt := range []struct {
		name      string
		pages     []page
		current   string
		revisions []string
		counts    ingest.Counts
	}{
		{"new", []page{{{"a", 1, 0}}}, "a", nil, ingest.Counts{New: 1}},
		{"the same again", []page{{{"a", 1, 0}}, {{"a", 1, 0}}}, "a", nil, ingest.Counts{New: 1, Duplicates: 1}},
		{"the same, touched later", []page{{{"a", 1, 0}}, {{"a", 2, 0}}}, "a", nil, ingest.Counts{New: 1, Duplicates: 1}},
		{"the same twice in a page", []page{{{"a", 1, 0}, {"a", 1, 0}}}, "a", nil, ingest.Counts{New: 1, Duplicates: 1}},
		{"newer", []page{{{"a", 1, 0}}, {{"b", 2, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
		{"older", []page{{{"b", 2, 0}}, {{"a", 1, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Superseded: 1}},
		{"no time: arrival decides", []page{{{"a", 0, 0}}, {{"b", 0, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
		{"one time: arrival decides", []page{{{"a", 1, 0}}, {{"b", 1, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
		{"newer within the page", []page{{{"a", 1, 0}, {"b", 2, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
		{"older within the page", []page{{{"b", 2, 0}, {"a", 1, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Superseded: 1}},
		{"two more within a page", []page{{{"a", 1, 0}}, {{"b", 2, 0}, {"c", 3, 0}}}, "c", []string{"a", "b"}, ingest.Counts{New: 1, Changed: 2}},
		{"there and back", []page{{{"a", 0, 0}}, {{"b", 0, 0}}, {{"a", 0, 0}}}, "a", []string{"a", "b"}, ingest.Counts{New: 1, Changed: 2}},
		{"there and back within a page", []page{{{"a", 0, 0}}, {{"b", 0, 0}, {"a", 0, 0}}}, "a", []string{"b"}, ingest.Counts{New: 1, Superseded: 1, Duplicates: 1}},
		{"a conflict without times, again", []page{{{"a", 0, 0}, {"b", 0, 0}}, {{"a", 0, 0}, {"b", 0, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Changed: 1, Duplicates: 2}},
		{"an older one, again", []page{{{"b", 2, 0}}, {{"a", 1, 0}}, {{"a", 1, 0}}}, "b", []string{"a"}, ingest.Counts{New: 1, Superseded: 1, Duplicates: 1}},
		{"gone is a change", []page{{{"a", 1, 0}}, {{"a", 2, 5}}}, "", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
		{"gone and back", []page{{{"a", 1, 5}}, {{"a", 2, 0}}}, "a", []string{"a"}, ingest.Counts{New: 1, Changed: 1}},
	} {
		id := fmt.Sprintf("k%02d", i)
		var counts ingest.Counts
		for _, p := range tt.pages {
			var rows []fact.Row
			for _, v := range p {
				rows = append(rows, b.account(id, v))
			}
			counts.Add(b.load(rows...))
		}
		counts.Rows, counts.Records = 0, 0
		equal(b, tt.name+": counts", counts, tt.counts)
		current := Select(b, b.store, "SELECT name FROM account WHERE id = ?", id)
		if tt.current == "" {
			equal(b, tt.name+": current", len(current), 0)
		} else {
			equal(b, tt.name+": current", current, []string{tt.current})
		}
		equal(b, tt.name+": revisions", b.revisions(id), append([]string{}, tt.revisions...))
	}
	// a duplicate writes nothing, not even the run that saw it
	b.load(b.account("once", version{"a", 1, 0}))
	before := Select(b, b.store, "SELECT * FROM account_row WHERE id = 'once'")
	b.load(b.account("once", version{"a", 2, 0}))
	equal(b, "row after a duplicate", Select(b, b.store, "SELECT * FROM account_row WHERE id = 'once'"), before)
	// the key is source and id
	Load(b, b.store, store.SinkConfig{}, "other", b.account("once", version{"z", 9, 0}))
	b.want("SELECT source, name FROM account WHERE id = 'once' ORDER BY source", "other|z", "test|a")
}

// revisions of an account's name, in the order they were superseded.
func (b *bench) revisions(id string) []string {
	b.Helper()
	out := []string{}
	for _, line := range Select(b, b.store, "SELECT body FROM fact_revision WHERE fact = 'account' AND source = 'test' AND id = ? ORDER BY revision", id) {
		out = append(out, field(b, line, "name"))
	}
	return out
}

// upsertModel brings random versions in pages of random size and compares with
// the rule applied to one version at a time.
func upsertModel(b *bench) {
	type state struct {
		now       *version
		revisions []string
	}
	random := rand.New(rand.NewPCG(7, 7))
	model := map[string]*state{}
	page := map[string][]version{}
	var rows []fact.Row
	// turn is what a page makes of one key
	turn := func(s *state, versions []version) {
		type loser struct {
			name  string
			stale bool
		}
		began, kept := s.now, slices.Clone(s.revisions)
		var lost []loser
		for _, v := range versions {
			switch {
			case s.now == nil:
				s.now = &v
			case s.now.name == v.name:
			case v.at != 0 && v.at < s.now.at:
				if !slices.Contains(kept, v.name) {
					lost = append(lost, loser{v.name, true})
				}
			default:
				lost = append(lost, loser{s.now.name, false})
				s.now = &v
			}
		}
		back := began != nil && s.now.name == began.name
		if back { // nothing is written, as for any other duplicate
			s.now = began
		}
		for _, l := range lost {
			if l.stale || !back || l.name != began.name && !slices.Contains(kept, l.name) {
				s.revisions = append(s.revisions, l.name)
			}
		}
	}
	for i := range 1500 {
		id := fmt.Sprintf("a%d", random.IntN(40))
		v := version{name: fmt.Sprintf("n%d", random.IntN(4)), at: int64(random.IntN(6))}
		rows = append(rows, b.account(id, v))
		page[id] = append(page[id], v)
		if random.IntN(25) > 0 && i < 1499 {
			continue
		}
		b.load(rows...)
		for id, versions := range page {
			if model[id] == nil {
				model[id] = &state{}
			}
			turn(model[id], versions)
		}
		rows, page = rows[:0], map[string][]version{}
	}
	for id, s := range model {
		equal(b, id, Select(b, b.store, "SELECT name FROM account WHERE id = ?", id), []string{s.now.name})
		equal(b, id+" revisions", b.revisions(id), append([]string{}, s.revisions...))
	}
}

// roundTrip writes a row of every fact, with every word an enum allows, and
// reads it from the view KPI SQL reads.
func roundTrip(b *bench) {
	for _, spec := range fact.All() {
		words := 1
		for _, c := range spec.Columns {
			words = max(words, len(c.Enum))
		}
		for k := range words {
			id := fmt.Sprintf("r%d", k)
			r := fact.Row{Fact: spec.Name, ID: id, Values: make([]any, len(spec.Columns))}
			query := "SELECT id"
			want := id
			for i, c := range spec.Columns {
				r.Values[i] = sampleValue(c, k, i)
				query += ", " + c.Name
				want += "|" + fmt.Sprint(r.Values[i])
			}
			b.load(r)
			equal(b, spec.Name, Select(b, b.store, query+" FROM "+spec.Name+" WHERE id = ?", id), []string{want})
		}
	}
}

// sampleValue is a value a column may hold, another one for each k; later
// columns hold later instants.
func sampleValue(c fact.Column, k, i int) any {
	switch c.Kind {
	case fact.ID, fact.Text:
		return fmt.Sprintf("ü%d", k)
	case fact.JSON:
		return `{"a":1}`
	case fact.Enum:
		return c.Enum[k%len(c.Enum)]
	case fact.Real:
		return float64(k) + 0.25
	case fact.Bool:
		return int64(k % 2)
	case fact.Ms:
		return int64(noon(time.January, 1)) + int64(1000*i+k)
	}
	return int64(k + 1)
}
