package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// place is where a record lies, as exactly as the work list needs it: periods
// begin at local midnights.
type place struct {
	fact, product string
	day           int64  // local
	also          string // further days of the same rows, so that a row counts once in a cell both reach
}

// days of a place.
func (pl place) days() []int64 {
	out := []int64{pl.day}
	for _, text := range strings.Fields(pl.also) {
		day, _ := strconv.ParseInt(text, 10, 64) // written by placeOf
		out = append(out, day)
	}
	return out
}

// undated is the day of a row that lies nowhere in time, such as the question of
// a survey: it may reach whatever there is.
const undated = math.MinInt64

// tally counts the records of a place, or those that reached a cell.
type tally struct{ late, corrected int }

// pageMarks collects the places a page touched, so that a page of ten thousand
// events costs a few hundred look-ups.
type pageMarks struct {
	days   *dayIndex
	places map[place]*tally
	first  map[[2]string]kpi.Millis // fact, product -> earliest instant
	// accounts that were added or changed
	accounts []string
}

func newMarks(days *dayIndex) *pageMarks {
	return &pageMarks{days: days, places: map[place]*tally{}, first: map[[2]string]kpi.Millis{}}
}

// note adds what an upsert wrote: new rows where they lie, changed ones where
// they lay and where they lie now.
func (m *pageMarks) note(u *upsert) {
	spec := u.table.spec
	mark := func(values []any, late, corrected int) {
		pl := m.placeOf(spec, values)
		if forward(spec.Name) {
			pl = m.earliest(pl)
		}
		t := m.places[pl]
		if t == nil {
			t = &tally{}
			m.places[pl] = t
		}
		t.late += late
		t.corrected += corrected
	}
	if spec.Name == "account" {
		for _, e := range slices.Concat(u.added, u.changed) {
			m.accounts = append(m.accounts, e.row.ID)
		}
	}
	for _, e := range u.added {
		mark(e.row.Values, 1, 0)
	}
	for _, e := range u.changed {
		mark(e.old, 0, 1)
		mark(e.row.Values, 0, 0)
	}
}

// placeOf is where a row lies: on the day of its first instant that is known,
// and on those of the others.
func (m *pageMarks) placeOf(spec *fact.Spec, values []any) place {
	pl := place{fact: spec.Name, product: product(spec, values), day: undated}
	var days []int64
	for _, column := range spec.Instants() {
		if at, dated := m.at(spec, values, column); dated {
			if day := m.days.of(at); !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	if len(days) == 0 {
		return pl
	}
	pl.day = days[0]
	for _, day := range days[1:] {
		pl.also += " " + strconv.FormatInt(day, 10)
	}
	return pl
}

// noteFirst keeps the earliest instant of all versions a page brings, also of
// those that did not stand: what was once delivered was connected, whatever
// pages it came in.
func (m *pageMarks) noteFirst(spec *fact.Spec, rows []*fact.Row) {
	for _, r := range rows {
		key := [2]string{spec.Name, product(spec, r.Values)}
		at, dated := m.instant(spec, r.Values)
		if first, ok := m.first[key]; dated && (!ok || at < first) {
			m.first[key] = at
		}
	}
}

// instant is where a row lies in time, and whether it lies anywhere.
func (m *pageMarks) instant(s *fact.Spec, values []any) (at kpi.Millis, dated bool) {
	if s.Order == "" {
		return 0, false
	}
	return m.at(s, values, s.Order)
}

// at reads a column that places a row.
func (m *pageMarks) at(s *fact.Spec, values []any, column string) (at kpi.Millis, dated bool) {
	i := s.Index(column)
	v, ok := values[i].(int64)
	if ok && s.Columns[i].Kind == fact.Day {
		from, _ := m.days.bounds(v)
		return from, true
	}
	return kpi.Millis(v), ok && kpi.Millis(v) != kpi.Forever
}

// forward: what is known of an account holds from then on, so of all the days
// of a page the earliest reaches whatever the others do.
func forward(factName string) bool { return factName == "account" || factName == "account_attribute" }

// earliest moves the marks of a forward fact to its earliest day.
func (m *pageMarks) earliest(pl place) place {
	for have, t := range m.places {
		if have.fact != pl.fact || have.product != pl.product {
			continue
		}
		if have.day <= pl.day {
			return have
		}
		delete(m.places, have)
		m.places[pl] = t
		break
	}
	return pl
}

func (p *page) writeMarks(ctx context.Context, m *pageMarks) error {
	if err := p.writeFirst(ctx, m); err != nil {
		return err
	}
	if p.run.cfg.Reach == nil {
		return nil
	}
	if at, err := p.firstUse(ctx, m.accounts); err != nil {
		return err
	} else if at != nil {
		m.earliest(place{fact: "account", day: p.run.days.of(*at)})
	}
	earliest, err := p.firstInstant(ctx, m)
	if err != nil {
		return err
	}
	cells := map[kpi.Cell]*tally{}
	for pl, t := range m.places {
		reached := map[kpi.Cell]bool{}
		for _, day := range pl.days() {
			from, to := earliest, kpi.Forever
			if day != undated {
				from, to = p.run.days.bounds(day)
			}
			for _, c := range p.run.cfg.Reach(pl.fact, pl.product, from, to) {
				reached[c] = true
			}
		}
		for c := range reached {
			if cells[c] == nil {
				cells[c] = &tally{}
			}
			cells[c].late += t.late
			cells[c].corrected += t.corrected
		}
	}
	rows := make([][]any, 0, len(cells))
	for _, c := range slices.SortedFunc(maps.Keys(cells), compareCells) {
		rows = append(rows, []any{c.KPI, c.Scope, c.Period, cells[c].late, cells[c].corrected})
	}
	return insertMany(ctx, p.tx, "touched", []string{"kpi", "scope_id", "period", "late", "corrected"}, rows,
		`ON CONFLICT (kpi, scope_id, period) DO UPDATE SET late = touched.late + excluded.late, corrected = touched.corrected + excluded.corrected`)
}

// firstInstant of any fact, asked for when a row without one has come.
func (p *page) firstInstant(ctx context.Context, m *pageMarks) (kpi.Millis, error) {
	for pl := range m.places {
		if pl.day == undated {
			at, err := scalar[int64](ctx, p.tx, "SELECT COALESCE(MIN(at), ?) FROM first_fact", int64(kpi.Forever))
			return kpi.Millis(at), err
		}
	}
	return 0, nil
}

// firstUse is the earliest instant any fact names one of the accounts at; nil
// when none does. What an account is decides whether such a fact counts, and
// facts may lie before the account's own beginning.
func (p *page) firstUse(ctx context.Context, accounts []string) (first *kpi.Millis, err error) {
	err = chunks(accounts, 2000, func(part []string) error {
		for _, spec := range fact.All() {
			if spec.Order == "" || spec.Index("account_id") < 0 {
				continue
			}
			query := "SELECT MIN(" + spec.Order + ") FROM " + spec.Name + "_row WHERE account_id IN (" + marks(len(part)) + ")"
			if spec.Name == "product_event" {
				query = "SELECT MIN(first_at) FROM usage_day_cell WHERE account IN (SELECT id FROM code WHERE kind = 'account' AND text IN (" + marks(len(part)) + "))"
			}
			at, err := scalar[*kpi.Millis](ctx, p.tx, query, anys(part)...)
			if err != nil {
				return fmt.Errorf("first use of accounts in %s: %w", spec.Name, err)
			}
			if at != nil && (first == nil || *at < *first) {
				first = at
			}
		}
		return nil
	})
	return first, err
}

// compareCells puts cells in the order of the table's key.
func compareCells(a, b kpi.Cell) int {
	return cmp.Or(cmp.Compare(a.KPI, b.KPI), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Period, b.Period))
}

func (p *page) writeFirst(ctx context.Context, m *pageMarks) error {
	rows := make([][]any, 0, len(m.first))
	for _, k := range slices.SortedFunc(maps.Keys(m.first), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		rows = append(rows, []any{k[0], k[1], int64(m.first[k])})
	}
	return insertMany(ctx, p.tx, "first_fact", []string{"fact", "product", "at"}, rows,
		"ON CONFLICT (fact, product) DO UPDATE SET at = CASE WHEN excluded.at < first_fact.at THEN excluded.at ELSE first_fact.at END")
}
