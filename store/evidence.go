package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi/fact"
)

// Evidence is one source record behind a unit, as it stands now.
type Evidence struct {
	Fact   string          `json:"fact"`
	Source string          `json:"source"`
	ID     string          `json:"id"`
	Run    int64           `json:"run"` // that last changed it
	Body   json.RawMessage `json:"record"`
}

// Evidence lists the records of some facts that a unit rests on: the one that
// ref (source/id) names, and those whose id or account is the unit, oldest
// first. At most limit of each fact.
func (s *Store) Evidence(ctx context.Context, facts []string, unit, ref string, limit int) ([]Evidence, error) {
	out := []Evidence{}
	for _, name := range stored(facts) {
		spec, ok := fact.Find(name)
		if !ok {
			continue
		}
		found, err := s.evidence(ctx, spec, unit, ref, limit)
		if err != nil {
			return nil, fmt.Errorf("records of %s: %w", name, err)
		}
		out = append(out, found...)
		for _, e := range found {
			said, err := s.said(ctx, e)
			if err != nil {
				return nil, err
			}
			out = append(out, said...)
		}
	}
	return out, nil
}

// said is what people found out about a record, oldest first: the last of it counts
// before what the record says.
func (s *Store) said(ctx context.Context, e Evidence) (out []Evidence, err error) {
	add := func(fact string, v any) error {
		body, err := json.Marshal(v)
		out = append(out, Evidence{Fact: fact, Source: e.Source, ID: e.ID, Body: body})
		return err
	}
	switch e.Fact {
	case "incident":
		var all []Review
		if err := s.r.SelectContext(ctx, &all, s.r.Rebind("SELECT revision, cause, change_ref, text, author, reviewed_at FROM incident_review WHERE source = ? AND id = ? ORDER BY revision"), e.Source, e.ID); err != nil {
			return nil, wrap(err, "reviews of an incident")
		}
		for _, r := range all {
			if err := add("incident_review", map[string]any{"revision": r.Revision, "cause": r.Cause, "change_ref": r.ChangeRef, "text": r.Text, "author": r.Author, "reviewed_at": r.ReviewedAt}); err != nil {
				return nil, err
			}
		}
	case "initiative":
		var all []Lift
		if err := s.r.SelectContext(ctx, &all, s.r.Rebind("SELECT revision, measured_lift, lift_lo, lift_hi, verdict, text, author, measured_at FROM lift_reading WHERE source = ? AND id = ? ORDER BY revision"), e.Source, e.ID); err != nil {
			return nil, wrap(err, "measured lifts of a bet")
		}
		for _, l := range all {
			if err := add("lift_reading", map[string]any{"revision": l.Revision, "measured_lift": l.Lift, "lift_lo": l.Lo, "lift_hi": l.Hi, "verdict": l.Verdict, "text": l.Text, "author": l.Author, "measured_at": l.MeasuredAt}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// stored names the facts behind what KPI SQL reads, each once.
func stored(facts []string) []string {
	var out []string
	for _, f := range facts {
		switch f {
		case "usage_day":
			f = "product_event"
		case "account_segment":
			f = "account_attribute"
		case "bet_outcome":
			f = "initiative"
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func (s *Store) evidence(ctx context.Context, spec *fact.Spec, unit, ref string, limit int) ([]Evidence, error) {
	table, columns := plainTable(spec), ""
	if spec.Name == "product_event" {
		table = (&page{}).eventTable(spec)
	}
	columns = strings.Join(table.selects, ", ")
	where, args := "r.id = ?", []any{unit}
	if source, id, ok := strings.Cut(ref, "/"); ok {
		where += " OR (r.source = ? AND r.id = ?)"
		args = append(args, source, id)
	}
	switch {
	case spec.Name == "product_event":
		where += " OR r.account = (SELECT c.id FROM code c WHERE c.kind = 'account' AND c.text = ?)"
		args = append(args, unit)
	case spec.Index("account_id") >= 0:
		where += " OR r.account_id = ?"
		args = append(args, unit)
	}
	order := "r.id"
	if spec.Order != "" {
		order = "r." + spec.Order + ", r.id"
	}
	rows, err := s.r.QueryContext(ctx, s.r.Rebind("SELECT r.source, r.id, r.last_run, "+columns+" FROM "+table.name+" r WHERE "+where+" ORDER BY "+order+" LIMIT ?"), append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Evidence
	for rows.Next() {
		e := Evidence{Fact: spec.Name}
		values := make([]any, len(spec.Columns))
		dest := []any{&e.Source, &e.ID, &e.Run}
		for i := range values {
			dest = append(dest, &values[i])
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		record := map[string]any{}
		for i, c := range spec.Columns {
			if b, ok := values[i].([]byte); ok {
				values[i] = string(b)
			}
			record[c.Name] = values[i]
		}
		if e.Body, err = json.Marshal(record); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}
