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

// writeCSV answers with the scorecard as a file (RFC 4180), in full precision.
// An export is a copy that leaves this server, so it is not stored on the way.
func writeCSV(w http.ResponseWriter, card *scorecard.Scorecard) error {
	var out bytes.Buffer
	file := csv.NewWriter(&out)
	file.UseCRLF = true
	if err := file.Write(csvHead()); err != nil {
		return fmt.Errorf("dashboards: csv: %w", err)
	}
	for _, r := range card.KPIs {
		if err := file.Write(csvRow(card, r)); err != nil {
			return fmt.Errorf("dashboards: csv: %w", err)
		}
	}
	file.Flush()
	if err := file.Error(); err != nil {
		return fmt.Errorf("dashboards: csv: %w", err)
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+fileName("kpid", card.Portfolio.ID, card.Week)+`.csv"`)
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
	return []string{text(card.Portfolio.ID), text(card.Week), text(card.Segment), text(r.ID), text(r.Name),
		text(strings.Join(r.Types, " ")), text(r.Owner), string(r.Status), figure(r.Value), text(r.Unit),
		figure(r.Num), figure(r.Den), whole(r.N), figure(lo), figure(hi), text(deref(r.Period)),
		text(strings.Join(r.Pooled, " ")), text(deref(r.State)), strconv.FormatBool(r.Restated),
		text(target.Expr), figure(target.FloorNow), figure(target.StretchNow), figure(moved), text(change.Unit), text(change.Against),
		text(r.Freshness.State), text(deref(r.Freshness.CompleteThrough)),
		strconv.Itoa(r.Definition.Version), text(r.Definition.Hash), text(r.Sentence)}
}

// text makes a cell inert in a spreadsheet: what would be read as a formula
// gets an apostrophe in front.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// figure writes a number in full; nothing is an empty cell, never 0.
func figure(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
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
