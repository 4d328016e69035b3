package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// dimension is where the values of a segment that no account attribute holds are
// read: a column of a fact.
type dimension struct{ name, fact, column string }

// dimensions of facts that KPI SQL knows by name. What would split people by level or
// competency is not among them.
func dimensions() []dimension {
	return []dimension{
		{"topic", "ticket", "topic"}, {"topic", "help_session", "topic"}, {"channel", "help_session", "channel"},
		{"role", "survey_response", "role"}, {"workflow", "survey_question", "workflow"},
		{"kind", "experiment", "kind"}, {"severity", "incident", "CAST(severity AS TEXT)"}, {"severity", "work_item", "CAST(severity AS TEXT)"},
		{"journey", "journey", "id"}, {"capability", "capability", "id"}, {"capability.class", "capability", "class"},
		{"risk", "initiative", "risk"}, {"size", "initiative", "size"}, {"team", "plan_commitment", "team"},
		{"reason", "subscription_movement", "reason"},
	}
}

// SegmentValues lists by dimension the segments (plan=team) that the records of a KPI
// name, in order: those of the facts it reads, else the attributes of accounts. A
// dimension without a value is left out.
func (s *Store) SegmentValues(ctx context.Context, names, facts []string) (map[string][]string, error) {
	out := map[string][]string{}
	var attributes []string
	for _, name := range names {
		of := slices.DeleteFunc(dimensions(), func(d dimension) bool { return d.name != name || !slices.Contains(facts, d.fact) })
		if len(of) == 0 {
			attributes = append(attributes, name)
		}
		for _, d := range of {
			var values []string
			q := "SELECT DISTINCT " + d.column + " FROM " + d.fact + " WHERE " + d.column + " IS NOT NULL AND " + d.column + " <> ''"
			if err := s.r.SelectContext(ctx, &values, q); err != nil {
				return nil, fmt.Errorf("read the values of %s: %w", name, err)
			}
			for _, v := range values {
				if segment := name + "=" + v; !slices.Contains(out[name], segment) {
					out[name] = append(out[name], segment)
				}
			}
		}
		slices.Sort(out[name])
	}
	for _, name := range attributes {
		var values []string
		if err := s.r.SelectContext(ctx, &values, s.r.Rebind("SELECT DISTINCT segment FROM account_segment WHERE "+within+" ORDER BY segment"), between(name)...); err != nil {
			return nil, fmt.Errorf("read the values of %s: %w", name, err)
		}
		out[name] = values
	}
	for name, values := range out {
		if len(values) == 0 {
			delete(out, name)
		}
	}
	return out, nil
}

// within selects the segments of a dimension by its name and "=": the text after it
// is what sorts before the next character.
const within = "segment >= ? AND segment < ?"

func between(name string) []any { return []any{name + "=", name + ">"} }

// SegmentsAt gives the segment of a dimension that accounts had at instants; accounts
// without one, and ids that are no account, are left out.
func (s *Store) SegmentsAt(ctx context.Context, name string, at map[string]kpi.Millis) (map[string]string, error) {
	out := map[string]string{}
	err := chunks(sortedKeys(at), 500, func(part []string) error {
		var rows []struct {
			Account string     `db:"account_id"`
			Segment string     `db:"segment"`
			From    kpi.Millis `db:"valid_from"`
			To      kpi.Millis `db:"valid_to"`
		}
		q := "SELECT account_id, segment, valid_from, valid_to FROM account_segment WHERE account_id IN (" + marks(len(part)) + ") AND " + within + " ORDER BY segment"
		if err := s.r.SelectContext(ctx, &rows, s.r.Rebind(q), append(anys(part), between(name)...)...); err != nil {
			return fmt.Errorf("read the %s of accounts: %w", name, err)
		}
		for _, r := range rows {
			if t := at[r.Account]; t >= r.From && t < r.To {
				out[r.Account] = strings.TrimPrefix(r.Segment, name+"=")
			}
		}
		return nil
	})
	return out, err
}

// ObservationsOf gives the newest revisions of a measure in several scopes, from an
// instant on, in one query; ordered by scope and start.
func (s *Store) ObservationsOf(ctx context.Context, kpiID, measure string, scopes []int64, since kpi.Millis) ([]kpi.Observation, error) {
	var out []kpi.Observation
	err := chunks(scopes, 500, func(part []int64) error {
		var rows []kpi.Observation
		q := "SELECT " + observationColumns + " FROM observation_now WHERE kpi = ? AND measure = ? AND scope_id IN (" + marks(len(part)) + ") AND starts >= ? ORDER BY scope_id, starts, ends"
		args := append(append([]any{kpiID, measure}, anys(part)...), int64(since))
		if err := s.r.SelectContext(ctx, &rows, s.r.Rebind(q), args...); err != nil {
			return fmt.Errorf("read observations of %s by segment: %w", kpiID, err)
		}
		out = append(out, rows...)
		return nil
	})
	return out, err
}
