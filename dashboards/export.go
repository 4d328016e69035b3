package dashboards

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// writeJSON answers with a value; keys are in the order of its fields.
func writeJSON(w http.ResponseWriter, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("dashboards: json: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the connection is the only thing that can fail here
	return nil
}

// csvHead names the columns of the export.
func csvHead() []string {
	return []string{"portfolio", "week", "segment", "kpi", "name", "types", "owner", "status", "value", "unit",
		"numerator", "denominator", "n", "ci_low", "ci_high", "period", "pooled", "state", "restated",
		"target", "floor_now", "stretch_now", "change", "change_unit", "change_against",
		"freshness", "complete_through", "definition_version", "definition_hash", "sentence"}
}

// writeCSV answers with scorecards as a file (RFC 4180), in full precision.
// An export is a copy that leaves this server, so it is not stored on the way.
func writeCSV(w http.ResponseWriter, name string, cards ...*scorecard.Scorecard) error {
	rows := [][]string{csvHead()}
	for _, card := range cards {
		for _, r := range card.KPIs {
			rows = append(rows, csvRow(card, r))
		}
	}
	return writeRows(w, name, rows)
}

// writeRows answers with a file of rows.
func writeRows(w http.ResponseWriter, name string, rows [][]string) error {
	var out bytes.Buffer
	file := csv.NewWriter(&out)
	file.UseCRLF = true
	if err := file.WriteAll(rows); err != nil {
		return fmt.Errorf("dashboards: csv: %w", err)
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	_, _ = w.Write(out.Bytes()) // the connection is the only thing that can fail here
	return nil
}

func csvRow(card *scorecard.Scorecard, r scorecard.Row) []string {
	ci, target, change := kpi.Interval{}, scorecard.TargetRef{}, scorecard.Delta{}
	var lo, hi, moved *float64
	if r.CI != nil {
		ci = *r.CI
		lo, hi = &ci[0], &ci[1]
	}
	if r.Target != nil {
		target = *r.Target
	}
	if r.Change != nil {
		change = *r.Change
		moved = &change.Abs
	}
	return []string{scorecard.Inert(card.Portfolio.ID), scorecard.Inert(card.Week), scorecard.Inert(card.Segment), scorecard.Inert(r.ID), scorecard.Inert(r.Name),
		scorecard.Inert(strings.Join(r.Types, " ")), scorecard.Inert(r.Owner), string(r.Status), scorecard.Figure(r.Value), scorecard.Inert(r.Unit),
		scorecard.Figure(r.Num), scorecard.Figure(r.Den), whole(r.N), scorecard.Figure(lo), scorecard.Figure(hi), scorecard.Inert(deref(r.Period)),
		scorecard.Inert(strings.Join(r.Pooled, " ")), scorecard.Inert(deref(r.State)), strconv.FormatBool(r.Restated),
		scorecard.Inert(target.Expr), scorecard.Figure(target.FloorNow), scorecard.Figure(target.StretchNow), scorecard.Figure(moved), scorecard.Inert(change.Unit), scorecard.Inert(change.Against),
		scorecard.Inert(r.Freshness.State), scorecard.Inert(deref(r.Freshness.CompleteThrough)),
		strconv.Itoa(r.Definition.Version), scorecard.Inert(r.Definition.Hash), scorecard.Inert(r.Sentence)}
}

func whole(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// fileName keeps letters, digits, dash and underscore, so that no header or
// path can be made of a name.
func fileName(parts ...string) string {
	safe := func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}
	return strings.Map(safe, strings.Join(parts, "-"))
}
